import { join } from 'node:path';
import type { BenchContext, Found } from '../lib/bench.js';
import { atLeast, atMost, interleave, pairsFor, rowOf } from '../lib/compare.js';
import { settle } from '../lib/settle.js';
import { uuidV7 } from '../../rig/uuid-v7.js';
import { EPIC, asPerson, fileName, importBranches, openGitRig } from './git-rig.js';
import type { GitRig } from './git-rig.js';

const FILES = 5_000;
const RACERS = 8;

interface Change {
  readonly head: string;
  readonly tree: string;
  readonly base: string;
  readonly branch: string;
}

/**
 * Landing an approved change on an epic that has moved: merged, committed, the intent on disk, pushed. Against a fresh worktree in which a
 * person would do the same, and against landings that race and compute anew when they lose.
 */
export async function mergeBench({ quick }: BenchContext): Promise<Found> {
  const rig = await openGitRig(quick ? 300 : FILES);
  try {
    const pairs = pairsFor(quick);
    const changes = await makeChanges(rig, pairs * 2 + pairs * 2 * RACERS);
    const next = (): Change => {
      const change = changes.pop();
      if (change === undefined) throw new Error('there are no changes left');
      return change;
    };
    const clone = join(rig.folder, 'clone');
    await asPerson(rig.folder, ['clone', '-q', rig.remote, clone]);
    const rate = async (landAll: (mine: readonly Change[]) => Promise<unknown>): Promise<number> => {
      const mine = Array.from({ length: RACERS }, next);
      return mine.length / ((await timed(() => landAll(mine))) / 1_000);
    };
    const product = stopwatch(() => land(rig, next()));
    const floor = stopwatch(() => byWorktree(clone, rig, next()));
    settle();
    const merges = await interleave(product.whole, floor.whole, pairs);
    const local = product.local.map((took, pair) => ({ product: took, floor: floor.local[pair] ?? Number.NaN }));
    const rates = await interleave(
      () => rate(async (mine) => {
        for (const change of mine) await land(rig, change);
      }),
      // Everybody at once, for the same epic.
      () => rate((mine) => Promise.all(mine.map((change) => land(rig, change)))),
      pairs,
    );
    const landed = (await asPerson(rig.remote, ['rev-list', '--merges', '--count', EPIC])).trim();
    return {
      rows: [
        rowOf({ metric: 'Merge, the intent on disk', unit: 'ms', against: 'a fresh worktree, `git merge`, removed', goal: atMost(1 / 30) }, local),
        rowOf({ metric: 'The same with fetch and push', unit: 'ms', against: 'the same with fetch and push' }, merges),
        rowOf({ metric: 'Landings in a row', unit: 'per s', against: `the same landings by ${RACERS} who race`, goal: atLeast(2) }, rates),
      ],
      remarks: [`${landed} landings on the epic, each once.`],
    };
  } finally {
    await rig.remove();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** Of each call two times: how long it took, and how long of that was not spent on the way to the remote, which is git's own on either side. */
function stopwatch(work: () => Promise<number>): { readonly whole: () => Promise<number>; readonly local: readonly number[] } {
  const local: number[] = [];
  return { whole: () => timed(async () => local.push(await work())), local };
}

/** Branches that change a file of their own each, from the same base, known to the vault. */
async function makeChanges(rig: GitRig, count: number): Promise<Change[]> {
  const branches = Array.from({ length: count }, (_none, number) => `maestro/change-${number}`);
  await importBranches(rig.remote, branches.map((branch, number) => ({ branch, from: rig.tip, files: { [fileName(number)]: `// changed ${number}\n`, [`src/new/${number}.ts`]: `export const added = ${number};\n` } })));
  for (let first = 0; first < count; first += 100) await rig.vault.fetch(branches.slice(first, first + 100));
  // What the daemon's housekeeping does of itself before there are so many.
  await rig.vault.upkeep();
  const listing = await asPerson(rig.remote, ['for-each-ref', '--format=%(refname:short) %(objectname) %(tree)', 'refs/heads/maestro']);
  return listing.split('\n').map((line) => {
    const [branch = '', head = '', tree = ''] = line.split(' ');
    return { branch, head, tree, base: rig.tip };
  });
}

/** The epic's tip as the remote has it now, with its commits in the vault. */
async function fetchTip({ vault }: Pick<GitRig, 'vault'>): Promise<string> {
  const fetched = await vault.fetch([EPIC]);
  const tip = fetched.ok ? fetched.value.get(EPIC) : undefined;
  if (typeof tip !== 'string') throw new Error(fetched.ok ? 'the epic branch is gone' : fetched.refusal.sentence);
  return tip;
}

/** One landing as the daemon does it; computed anew whenever somebody else was first. Answers the milliseconds without fetch and push. */
async function land({ landing, vault }: GitRig, { head, tree, base }: Change): Promise<number> {
  const subjectId = uuidV7();
  let local = 0;
  for (;;) {
    const tip = await fetchTip({ vault });
    const from = performance.now();
    const computed = await landing.compute({ tip, head, base, tree });
    if (computed.kind !== 'clean') throw new Error(`bench.not_clean: ${computed.kind}`);
    const newTip = await landing.commit({ tip, head, tree: computed.tree, message: 'Merge a change', at: 1_700_000_000 });
    const intent = await landing.recordIntent({ subjectId, branch: EPIC, expectedTip: tip, newTip, head });
    local += performance.now() - from;
    const pushed = await landing.push(intent);
    if (pushed.kind === 'landed') return local + (await timed(() => landing.clearIntent(subjectId)));
    if (pushed.kind !== 'tip_moved') throw new Error(`bench.not_landed: ${pushed.kind}: ${pushed.sentence ?? ''}`);
  }
}

/** The same as a person would do it, in a worktree for this one merge. Answers the same. */
async function byWorktree(clone: string, { folder }: GitRig, { branch }: Change): Promise<number> {
  const path = join(folder, 'merging');
  await asPerson(clone, ['fetch', '-q', 'origin', EPIC, branch]);
  const merged = await timed(async () => {
    await asPerson(clone, ['worktree', 'add', '-q', '--detach', path, `origin/${EPIC}`]);
    await asPerson(path, ['merge', '-q', '--no-ff', '-m', 'Merge a change', `origin/${branch}`]);
  });
  await asPerson(path, ['push', '-q', 'origin', `HEAD:${EPIC}`]);
  return merged + (await timed(() => asPerson(clone, ['worktree', 'remove', '--force', path])));
}
