import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runProcess } from '../../platform/process.js';
import type { GitVault } from './git-vault.js';
import type { Evicted, VaultNeed, VaultStanding } from './vault.types.js';

/** Refs that say what the remote has, as this vault last heard. */
export const HEARD = ['refs/remotes/origin/*', 'refs/maestro/remote-wip/*', 'refs/maestro/archive/*'] as const;
/** Its time is that of the last fetch or push. */
const USED = 'used';
const DELETE_TIMEOUT_MS = 10 * 60_000;

/** Notes that the project was worked on. What tidies up does not: it would keep every vault in use. */
export function noteUse(vault: Pick<GitVault, 'folder'>): Promise<void> {
  return writeFile(join(vault.folder, USED), '\n', { mode: 0o600 });
}

/** What is known of the vault without asking the remote. */
export function standingOf(vault: GitVault): Promise<VaultStanding> {
  return vault.shared(async () => {
    const noted = await stat(join(vault.folder, USED)).catch(() => stat(join(vault.folder, 'vault.json')));
    const count = await vault.text(['rev-list', '--count', ...HEARD.map((pattern) => `--exclude=${pattern}`), '--all', '--not', ...HEARD.map((pattern) => `--glob=${pattern}`)]);
    const packs = (await readdir(join(vault.gitDir, 'objects'), { recursive: true, withFileTypes: true })).some((entry) => entry.isFile());
    return { usedAt: noted.mtimeMs, unpushed: Number(count), connected: vault.use.isAnybody('stay'), empty: !packs };
  });
}

/**
 * Removes the whole vault, if nobody is there or comes back to it, nothing needs it, and the remote itself says that it has every commit
 * that this machine made. What is wanted of it later is fetched again.
 */
export async function evict(vault: GitVault, neededBy: () => Promise<readonly VaultNeed[]>): Promise<Evicted> {
  const checked = await vault.shared(async () => {
    const refs = await refsOf(vault);
    const remote = await vault.remoteRepository.list(vault.gitDir, []);
    return remote.ok ? { refs, missing: await missingThere(vault, [...new Set(remote.value.values())]) } : remote.refusal;
  });
  if ('sentence' in checked) return { kind: 'kept', sentence: `The vault stays, for the remote could not be asked whether it has everything: ${checked.sentence}` };
  if (checked.missing > 0) return { kind: 'kept', sentence: `The vault stays: ${checked.missing === 1 ? 'one commit' : `${checked.missing} commits`} of this machine ${checked.missing === 1 ? 'is' : 'are'} not on the remote.` };
  const doomed = join(vault.folder, 'drafts', `evicted-${randomBytes(6).toString('hex')}`);
  const gone = await vault.use.alone('remove', async () => {
    // Since the question somebody may have been here and gone.
    if ((await neededBy()).length > 0 || (await refsOf(vault)) !== checked.refs) return false;
    await mkdir(dirname(doomed), { recursive: true, mode: 0o700 });
    await rename(vault.gitDir, doomed);
    await rm(join(vault.folder, 'pruned.json'), { force: true });
    return true;
  });
  if (gone !== true) return { kind: 'kept', sentence: 'The vault stays: somebody works with it.' };
  await runProcess({ command: '/bin/rm', args: ['-rf', '--', doomed], cwd: vault.folder, env: { LC_ALL: 'C' }, timeoutMs: DELETE_TIMEOUT_MS });
  return { kind: 'gone' };
}

/** For comparing. By git that waits for nobody, as whoever is alone asks too. */
function refsOf(vault: GitVault): Promise<string> {
  return vault.ownGit.text({ gitDir: vault.gitDir, args: ['for-each-ref', '--format=%(objectname) %(refname)'] });
}

/** How many commits of this machine's own refs are in none of the remote's. */
async function missingThere(vault: GitVault, remote: readonly string[]): Promise<number> {
  const asked = remote.length === 0 ? '' : await vault.text(['cat-file', '--batch-check'], { stdin: `${remote.join('\n')}\n` });
  const known = asked.split('\n').flatMap((line) => /^([0-9a-f]{40,64}) (?:commit|tag) \d+$/.exec(line)?.[1] ?? []);
  return Number(await vault.text(['rev-list', '--count', ...HEARD.map((pattern) => `--exclude=${pattern}`), '--all', '--stdin'], { stdin: known.map((name) => `^${name}\n`).join('') }));
}
