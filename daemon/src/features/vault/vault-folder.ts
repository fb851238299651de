import { randomBytes } from 'node:crypto';
import { chmod, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const VAULT_CONFIG = `[core]
\trepositoryformatversion = 1
\tbare = true
\tfilemode = true
\tlogallrefupdates = false
[extensions]
\tpreciousObjects = true
[gc]
\tauto = 0
\tpruneExpire = never
[maintenance]
\tauto = false
[receive]
\tdenyDeletes = true
\tdenyNonFastForwards = true
`;

/** The daemon runs with hooks off; an agent that pushes here or updates a ref meets these. */
const REFUSING_HOOK = '#!/bin/sh\necho "This is Maestro\'s vault; only the daemon writes it." >&2\nexit 1\n';

/**
 * Written by file calls rather than `git init`: no template of the machine gets in, and the rename makes it appear whole or not at
 * all. Objects are precious because lanes borrow them: git itself then refuses every command that could drop one.
 */
export async function makeVault(folder: string): Promise<void> {
  const gitDir = join(folder, 'vault.git');
  if (await exists(join(gitDir, 'HEAD'))) return;
  const draft = join(folder, `vault.git.new-${randomBytes(6).toString('hex')}`);
  for (const part of ['objects/info', 'objects/pack', 'refs/heads', 'hooks', 'info']) await mkdir(join(draft, part), { recursive: true, mode: 0o700 });
  await writeFile(join(draft, 'config'), VAULT_CONFIG, { mode: 0o600 });
  for (const hook of ['pre-receive', 'reference-transaction']) {
    await writeFile(join(draft, 'hooks', hook), REFUSING_HOOK);
    await chmod(join(draft, 'hooks', hook), 0o755);
  }
  // An unborn HEAD: a bare repository would otherwise take attributes from whatever HEAD names.
  await writeFile(join(draft, 'HEAD'), 'ref: refs/heads/unborn\n', { mode: 0o600 });
  try {
    await rename(draft, gitDir);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another process made it in the meantime.
    if (!(await exists(join(gitDir, 'HEAD')))) throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
