import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../platform/clock.js';
import type { Failpoints } from '../../platform/failpoints.js';
import type { Git } from '../../platform/git.js';
import { branchNameProblem } from './domain/branch-name.js';
import { checkGitVersion } from './domain/git-version.js';
import { GitVault } from './git-vault.js';
import { listVaultRecords, writeVaultRecord } from './vault-record.js';
import type { VaultRecord } from './vault-record.js';
import { RemoteRepository } from './vault-remote.js';
import type { Answer, RemoteLocation } from './vault.types.js';

export type OpenRefusalCode = 'git_too_old' | 'bad_remote' | 'bad_branch_name';

export interface OpenRequest {
  readonly projectId: string;
  readonly remote: RemoteLocation;
  readonly baseBranch: string;
}

export interface VaultStoreOptions {
  /** `$MAESTRO_HOME`. */
  readonly home: string;
  readonly git: Git;
  readonly clock: Clock;
  readonly failpoints?: Failpoints;
}

/** A ref is locked for milliseconds. What is older was left by a git that was killed. */
const STALE_LOCK_MS = 10_000;
const LOCK_LOOK_MS = 500;

/** Makes and opens the vaults of this machine. */
export class VaultStore {
  constructor(private readonly options: VaultStoreOptions) {}

  /** Opens the project's vault, making it first if need be. */
  async open(request: OpenRequest): Promise<Answer<GitVault, OpenRefusalCode>> {
    if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(request.projectId)) throw new Error('vault_project_id: letters, digits and hyphens only');
    const version = checkGitVersion(this.options.git.versionText);
    if (!version.ok) return { ok: false, refusal: { code: 'git_too_old', sentence: version.sentence } };
    const remoteProblem = RemoteRepository.problem(request.remote);
    if (remoteProblem !== null) return { ok: false, refusal: { code: 'bad_remote', sentence: remoteProblem } };
    const branchProblem = branchNameProblem(request.baseBranch);
    if (branchProblem !== null) {
      return { ok: false, refusal: { code: 'bad_branch_name', sentence: `The base branch's name ${branchProblem}. Choose another in the project's settings.` } };
    }
    const folder = join(this.options.home, 'projects', request.projectId);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeVaultRecord(folder, request);
    const vault = new GitVault(this.options.git, { ...request, folder, ...(this.options.failpoints === undefined ? {} : { failpoints: this.options.failpoints }) });
    await vault.shared(() => vault.locks.exclusive('fetch', () => vault.locks.exclusive('refs', () => this.removeStaleLocks(vault.gitDir))));
    return { ok: true, value: vault };
  }

  /** What was ever opened on this machine. */
  known(): Promise<readonly VaultRecord[]> {
    return listVaultRecords(this.options.home);
  }

  private async removeStaleLocks(gitDir: string): Promise<void> {
    const deadline = this.options.clock.now() + STALE_LOCK_MS + LOCK_LOOK_MS;
    for (;;) {
      const young = await removeOldLocks(gitDir, this.options.clock.now() - STALE_LOCK_MS);
      if (young === 0 || this.options.clock.now() >= deadline) return;
      await new Promise<void>((resolve) => {
        this.options.clock.after(LOCK_LOOK_MS, resolve);
      });
    }
  }
}

/** Removes git's lock files last written before `before` (milliseconds); answers how many younger ones there are. */
async function removeOldLocks(gitDir: string, before: number): Promise<number> {
  const refs = await readdir(join(gitDir, 'refs'), { recursive: true });
  const candidates = ['HEAD.lock', 'config.lock', 'packed-refs.lock', 'shallow.lock', ...refs.filter((name) => name.endsWith('.lock')).map((name) => join('refs', name))];
  let young = 0;
  for (const candidate of candidates) {
    const path = join(gitDir, candidate);
    const found = await stat(path).catch(() => null);
    if (found === null || !found.isFile()) continue;
    if (found.mtimeMs < before) await rm(path, { force: true });
    else young += 1;
  }
  return young;
}
