import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandPlace, Validated } from './validation.js';
import { runValidation } from './validation.js';

/** The repository's own preparation of a fresh lane, such as installing dependencies; relative to the lane. */
export const SETUP_HOOK = join('.maestro', 'setup');
const TIMEOUT_SECONDS = 900;

/** The path of the lane's hook: an executable regular file, never through a link. Undefined when there is none. */
export async function findSetupHook(lane: string): Promise<string | undefined> {
  const hook = join(lane, SETUP_HOOK);
  const found = await lstat(hook).catch(() => undefined);
  const folder = await lstat(join(lane, '.maestro')).catch(() => undefined);
  return found === undefined || !found.isFile() || (found.mode & 0o111) === 0 || folder?.isDirectory() !== true ? undefined : hook;
}

/** Runs the setup hook of the lane if it has one. */
export async function runSetupHook(place: CommandPlace): Promise<Validated> {
  const hook = await findSetupHook(place.cwd);
  return hook === undefined ? { ok: true } : runValidation([{ name: 'setup', command: [hook], timeoutSeconds: TIMEOUT_SECONDS }], place);
}
