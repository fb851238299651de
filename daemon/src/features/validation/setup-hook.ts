import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandPlace, Validated } from './validation.js';
import { runValidation } from './validation.js';

/** The repository's own preparation of a fresh lane, such as installing dependencies; relative to the lane. */
const SETUP_HOOK = join('.maestro', 'setup');
const TIMEOUT_SECONDS = 900;

/** Runs the setup hook of the lane if it has one: an executable regular file, never through a link. */
export async function runSetupHook(place: CommandPlace): Promise<Validated> {
  const hook = join(place.cwd, SETUP_HOOK);
  const found = await lstat(hook).catch(() => undefined);
  const folder = await lstat(join(place.cwd, '.maestro')).catch(() => undefined);
  if (found === undefined || !found.isFile() || (found.mode & 0o111) === 0 || folder?.isDirectory() !== true) return { ok: true };
  return runValidation([{ name: 'setup', command: [hook], timeoutSeconds: TIMEOUT_SECONDS }], place);
}
