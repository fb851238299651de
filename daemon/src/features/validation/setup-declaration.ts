import { parse } from 'smol-toml';
import { z } from 'zod';

/**
 * What a repository says about its setup hook, in `.maestro/setup.toml`:
 *
 * ```toml
 * lockfiles = ["package-lock.json"]   # what the hook makes depends on these files, and on the hook itself
 * folders = ["node_modules"]          # what it makes
 * ```
 *
 * With it, a machine runs the hook once for each state of those files and copies the folders into later lanes. Without it the hook runs in
 * every lane, as only the repository can know whether it does more than fill folders: a database that it makes is in no folder.
 */
export interface SetupDeclaration {
  readonly lockfiles: readonly string[];
  readonly folders: readonly string[];
}

/** A path inside of the lane, written plainly. `.git` belongs to nobody but the agent and the daemon. */
const InLane = z.string().min(1).max(400).refine((path) => path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && part.toLowerCase() !== '.git') && !/[\0\\]/.test(path), 'a path inside of the repository, such as node_modules');
const Declaration = z.strictObject({ lockfiles: z.array(InLane).min(1).max(20), folders: z.array(InLane).min(1).max(20) });

/** Undefined when it cannot be understood; the hook runs then, as without one. */
export function readSetupDeclaration(text: string): SetupDeclaration | undefined {
  try {
    const read = Declaration.safeParse(parse(text));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}
