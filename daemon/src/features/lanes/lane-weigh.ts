import { HEARD } from '../vault/index.js';
import type { GitVault } from '../vault/index.js';
import { SNAPSHOTS } from './domain/snapshot-name.js';
import { worthOf } from './domain/snapshot-worth.js';
import type { SnapshotFacts } from './domain/snapshot-worth.js';
import { listSnapshots } from './lane-kept.js';
import { trackedWip } from './lane-prepare.js';
import type { KeptSnapshot, WeighedSnapshot } from './lanes.types.js';

/** All snapshots, the newest first, with what speaks for keeping each. */
export async function weighSnapshots(vault: GitVault): Promise<readonly WeighedSnapshot[]> {
  const snapshots = await listSnapshots(vault);
  if (snapshots.length === 0) return [];
  const commits = await readCommits(vault, [SNAPSHOTS, trackedWip('')]);
  const parents = [...new Set(snapshots.flatMap(({ ref }) => commits.get(ref)?.parents ?? []))];
  const trees = await treesOf(vault, parents);
  const facts = snapshots.map(({ taskId, why, ref, savedRefs }): SnapshotFacts => {
    const { tree = '', parents: under = [] } = commits.get(ref) ?? {};
    const saved = commits.get(trackedWip(taskId))?.tree;
    const tips = [...under, ...savedRefs.flatMap((each) => commits.get(each)?.name ?? [])];
    return { taskId, why, tree, tips, savedTrees: [...under.flatMap((parent) => trees.get(parent) ?? []), ...(saved === undefined ? [] : [saved])] };
  });
  const worth = worthOf(facts, await missingOf(vault, facts.flatMap(({ tips }) => tips)));
  const weighed: WeighedSnapshot[] = [];
  for (const [at, snapshot] of snapshots.entries()) weighed.push({ ...snapshot, ...(worth[at] ?? { isNewest: true, isPushed: false }), bytes: await bytesOfItsOwn(vault, snapshot) });
  return weighed;
}

interface RefCommit {
  readonly name: string;
  readonly tree: string;
  readonly parents: readonly string[];
}

/** The commits that refs below these prefixes name, by ref. */
async function readCommits(vault: GitVault, prefixes: readonly string[]): Promise<ReadonlyMap<string, RefCommit>> {
  const listing = await vault.text(['for-each-ref', '--format=%(refname) %(objectname) %(tree) %(parent)', ...prefixes]);
  return new Map(
    listing.split('\n').map((line) => {
      const [ref = '', name = '', tree = '', ...parents] = line.split(' ');
      return [ref, { name, tree, parents: parents.filter((parent) => parent !== '') }];
    }),
  );
}

async function treesOf(vault: GitVault, commits: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = (await vault.text(['cat-file', '--batch-check=%(objectname)'], { stdin: commits.map((commit) => `${commit}^{tree}\n`).join('') })).split('\n');
  return new Map(commits.map((commit, at) => [commit, found[at] ?? '']));
}

/** Those commits, and what is below them, that the remote is not known to have. */
async function missingOf(vault: GitVault, tips: readonly string[]): Promise<ReadonlySet<string>> {
  const known = HEARD.map((pattern) => `--glob=${pattern}`);
  return new Set((await vault.text(['rev-list', '--stdin', '--not', ...known], { stdin: tips.map((tip) => `${tip}\n`).join('') })).split('\n'));
}

/** What goes with it: objects that no other ref reaches. */
async function bytesOfItsOwn(vault: GitVault, { ref, savedRefs }: KeptSnapshot): Promise<number> {
  const own = [ref, ...savedRefs];
  return Number(await vault.text(['rev-list', '--objects', '--disk-usage', ...own, '--not', ...own.map((each) => `--exclude=${each}`), '--all']));
}
