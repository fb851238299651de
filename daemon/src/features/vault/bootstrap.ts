import { branchNameProblem } from './domain/branch-name.js';
import type { GitVault } from './git-vault.js';
import type { Answer, BootstrapRefusalCode } from './vault.types.js';

type Bootstrapped = Answer<{ tip: string; created: boolean }, BootstrapRefusalCode>;

/** Creates the epic branch on the remote at the base branch's tip, unless it exists. */
export async function bootstrapEpic(vault: GitVault, request: { epicBranch: string; baseBranch: string }): Promise<Bootstrapped> {
  const { epicBranch, baseBranch } = request;
  for (const name of [epicBranch, baseBranch]) {
    const problem = branchNameProblem(name);
    if (problem !== null) return no('bad_branch_name', `The branch name "${name.slice(0, 80)}" ${problem}. Choose another.`);
  }
  const blocker = await branchInTheWay(vault, epicBranch);
  if (!blocker.ok) return blocker;
  if (blocker.value !== null) {
    return no('epic_name_blocked', `The remote has a branch named "${blocker.value}", so git cannot make "${epicBranch}" beside it. Rename or delete "${blocker.value}", then retry.`);
  }
  const fetched = await vault.fetch([baseBranch, epicBranch]);
  if (!fetched.ok) return fetched;
  const existing = fetched.value.get(epicBranch) ?? null;
  if (existing !== null) return { ok: true, value: { tip: existing, created: false } };
  const base = fetched.value.get(baseBranch) ?? null;
  if (base === null) return no('base_branch_missing', `The remote has no branch "${baseBranch}". Push it, or choose another base branch in the project's settings.`);

  const pushed = await vault.push({ commit: base, branch: epicBranch, expected: null });
  switch (pushed.kind) {
    case 'pushed':
      return { ok: true, value: { tip: base, created: true } };
    case 'moved':
      // Another session came first; what it made is as good.
      if (pushed.tip !== null) return { ok: true, value: { tip: pushed.tip, created: false } };
      return no('push_refused', `The remote did not take "${epicBranch}". Retry.`);
    case 'refused':
      return no('push_refused', `The remote refused "${epicBranch}": ${pushed.sentence} Give this machine the right to push, then retry.`);
    case 'unknown':
      return no('unreachable', `Nobody knows whether "${epicBranch}" arrived: ${pushed.sentence} Retry; an epic that exists is used as it is.`);
  }
}

/** A branch named like a parent folder of the epic (`epic` for `epic/shop-x1y2z3`), which git cannot keep beside it. */
async function branchInTheWay(vault: GitVault, epicBranch: string): Promise<Answer<string | null, BootstrapRefusalCode>> {
  const parts = epicBranch.split('/');
  const parents = parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'));
  if (parents.length === 0) return { ok: true, value: null };
  const refs = await vault.remoteRepository.list(
    vault.gitDir,
    parents.map((parent) => `refs/heads/${parent}`),
  );
  if (!refs.ok) return refs;
  return { ok: true, value: parents.find((parent) => refs.value.has(`refs/heads/${parent}`)) ?? null };
}

function no(code: BootstrapRefusalCode, sentence: string): Bootstrapped {
  return { ok: false, refusal: { code, sentence } };
}
