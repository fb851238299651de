import type { Answer, GitVault, RemoteRefusalCode } from '../vault/index.js';
import { ownWords } from '../vault/index.js';
import type { ArchivedBranch } from './landing.types.js';

/** Keeps each branch at `refs/maestro/archive/<planId>/<branch>` on the remote, then deletes it, where it still is what was kept. */
export async function archiveBranches(vault: GitVault, planId: string, branches: readonly string[]): Promise<Answer<readonly ArchivedBranch[], RemoteRefusalCode>> {
  const fetched = await vault.fetch(branches);
  if (!fetched.ok) return fetched;
  const archived: ArchivedBranch[] = [];
  for (const branch of branches) archived.push(await archiveOne(vault, `refs/maestro/archive/${planId}/${branch}`, branch, fetched.value.get(branch) ?? null));
  return { ok: true, value: archived };
}

async function archiveOne(vault: GitVault, ref: string, branch: string, tip: string | null): Promise<ArchivedBranch> {
  if (tip === null) return { branch, ref, outcome: 'already_gone', sentence: null };
  const kept = await keep(vault, ref, tip);
  if (kept !== null) return { branch, ref, outcome: 'archived_only', sentence: `"${branch}" was left as it is, because it could not be archived: ${kept}` };
  // So that it is known here that the remote has it, once the branch is gone.
  await vault.writeRef(ref, tip);
  const attempt = await vault.remoteRepository.push(vault.gitDir, [{ ref: `refs/heads/${branch}`, to: null, expected: tip }]);
  const refused = attempt.kind === 'failed' || attempt.refs.some((report) => report.flag === '!');
  if (!refused) {
    await vault.writeRef(`refs/remotes/origin/${branch}`, null);
    return { branch, ref, outcome: 'archived_and_deleted', sentence: null };
  }
  const words = attempt.kind === 'failed' ? attempt.sentence : ownWords(attempt.stderr);
  return { branch, ref, outcome: 'archived_only', sentence: `"${branch}" is archived, but the remote kept the branch: ${words}` };
}

/** `null` when the remote has `tip` at `ref`; else why not. An older archive of the same branch is moved up to what there is now. */
async function keep(vault: GitVault, ref: string, tip: string): Promise<string | null> {
  const there = await vault.remoteRepository.list(vault.gitDir, [ref]);
  if (!there.ok) return there.refusal.sentence;
  const before = there.value.get(ref) ?? null;
  if (before === tip) return null;
  const attempt = await vault.remoteRepository.push(vault.gitDir, [{ ref, to: tip, expected: before }]);
  if (attempt.kind === 'failed') return attempt.sentence;
  const report = attempt.refs.find((candidate) => candidate.to === ref);
  return report === undefined || report.flag === '!' ? ownWords(attempt.stderr) : null;
}
