import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of the test's own, outside the repository and the user's home. */
export interface TempFolder {
  /** Absolute, without symbolic links, so that it can be compared with what git and the kernel report. */
  readonly path: string;
  /** Deletes it with everything in it. Safe to call twice. */
  remove(): Promise<void>;
}

/** @param label a short word that says whose folder it is; a socket path must stay below 108 bytes. */
export async function makeTempFolder(label = 'test'): Promise<TempFolder> {
  const path = await mkdtemp(join(await realpath(tmpdir()), `maestro-${label}-`));
  return {
    path,
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}
