import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../rig/folders.js';
import { git } from '../../rig/sample/repository.js';
import { makeTempFolder } from '../../test-support/index.js';
import type { BenchContext, Found } from '../lib/bench.js';
import { atMost, rowOf } from '../lib/compare.js';
import { settle } from '../lib/settle.js';
import { importBranches } from './git-rig.js';

/*
 * How soon a task has its files, and whether any number of tasks get theirs at once, through the daemon's own vault and lanes. They are
 * loaded as built: this bench measures a part that has no door of its own.
 */

const FILES = 5_000;
const ROUNDS = 15;
/** Lanes at once, and how many times. */
const AT_ONCE = 8;
const TIMES = 50;
/** Longer waits are those of the background. */
const LONGEST_WAIT_MS = 2_000;

const EPIC = 'main';
const PROJECT = '0198b2a0-0000-7000-8000-000000000001';

interface Lane {
  readonly path: string;
  readonly head: string;
}
type Prepared = { readonly ok: true; readonly value: { readonly lane: Lane } } | { readonly ok: false; readonly refusal: { readonly sentence: string } };
interface Lanes {
  prepare(request: object): Promise<Prepared>;
  tend(): Promise<void>;
  spares(): Promise<readonly unknown[]>;
  close(): Promise<void>;
}
interface Vault {
  readonly gitDir: string;
  fetch(branches: readonly string[]): Promise<unknown>;
  knownTip(branch: string): Promise<string | null>;
}
interface Clock {
  after(ms: number, action: () => void): () => void;
}
interface Product {
  open(home: string, remote: string): Promise<Vault>;
  lanes(vault: Vault, spares: number): Lanes;
}

/** A place to work in, against `git worktree add` of the same commit; and four hundred of them, eight at a time. */
export async function lanesReady({ say, quick }: BenchContext): Promise<Found> {
  const folder = await makeTempFolder('bench-lanes');
  // The daemon's timers keep no process alive, for it has its sockets.
  const alive = setInterval(() => undefined, LONGEST_WAIT_MS);
  try {
    const { seed, remote } = await repository(folder.path, quick ? 300 : FILES);
    const product = await load(join(folder.path, 'git-home'));
    const { warm, advanced, cold, worktree } = await readiness(product, folder.path, { seed, remote }, quick ? 2 : ROUNDS, say);
    const times = quick ? 2 : TIMES;
    const failures = await atOnce(product, join(folder.path, 'many'), remote, times);
    const about = { unit: 'ms', against: '`git worktree add` of the same commit' };
    const pairs = (ours: readonly number[]) => ours.map((product, round) => ({ product, floor: worktree[round] ?? Number.NaN }));
    return {
      rows: [
        rowOf({ metric: 'Lane ready, a spare one at the same commit', ...about, goal: atMost(1 / 12) }, pairs(warm)),
        rowOf({ metric: 'Lane ready, a spare one ten commits behind', ...about }, pairs(advanced)),
        rowOf({ metric: 'Lane ready, from nothing', ...about, goal: atMost(1 / 1.3) }, pairs(cold)),
      ],
      remarks: [`${AT_ONCE * times} lanes, ${AT_ONCE} at a time: ${failures.length} failed.`, ...failures.slice(0, 5)],
      good: failures.length === 0,
    };
  } finally {
    clearInterval(alive);
    await folder.remove();
  }
}

async function readiness(product: Product, folder: string, { seed, remote }: { readonly seed: string; readonly remote: string }, rounds: number, say: BenchContext['say']) {
  const vault = await product.open(join(folder, 'home'), remote);
  await vault.fetch([EPIC]);
  const [pool, none] = [product.lanes(vault, 1), product.lanes(vault, 0)];
  const times = { warm: [] as number[], advanced: [] as number[], cold: [] as number[], worktree: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    const tip = (await vault.knownTip(EPIC)) ?? '';
    await pool.tend();
    settle();
    times.warm.push(await timed(() => lane(pool, round * 10, tip)));
    times.cold.push(await timed(() => lane(none, round * 10 + 1, tip)));
    times.worktree.push(await timed(() => git(seed, ['worktree', 'add', '-q', '--no-track', '-b', `bench-${round}`, join(folder, `worktree-${round}`), tip])));
    await pool.tend();
    const newer = await tenCommits(remote, round, tip);
    await Promise.all([vault.fetch([EPIC]), git(seed, ['fetch', '-q'])]);
    times.advanced.push(await timed(() => lane(pool, round * 10 + 2, newer)));
    say(`round ${round + 1} of ${rounds}`);
  }
  await Promise.all([pool.close(), none.close()]);
  return times;
}

async function atOnce(product: Product, home: string, remote: string, times: number): Promise<readonly string[]> {
  const vault = await product.open(home, remote);
  await vault.fetch([EPIC]);
  const tip = (await vault.knownTip(EPIC)) ?? '';
  const lanes = product.lanes(vault, 0);
  const failures: string[] = [];
  for (let time = 0; time < times; time += 1) {
    const started = Array.from({ length: AT_ONCE }, (_, index) => lane(lanes, time * AT_ONCE + index, tip));
    for (const outcome of await Promise.allSettled(started)) if (outcome.status === 'rejected') failures.push(String(outcome.reason));
  }
  await lanes.close();
  return failures;
}

/** A lane, whose files and repository are looked at when the clock has stopped. */
const made: { readonly lane: Lane; readonly tip: string }[] = [];

async function lane(lanes: Lanes, number: number, tip: string): Promise<void> {
  const taskId = `0198b2a0-0000-7000-9000-${String(number).padStart(12, '0')}`;
  const prepared = await lanes.prepare({ taskId, branch: `task/BENCH-${number}`, upstream: EPIC, identity: { name: 'Bench', email: 'bench@example.test' }, start: { kind: 'epic', tip } });
  if (!prepared.ok) throw new Error(prepared.refusal.sentence);
  made.push({ lane: prepared.value.lane, tip });
}

/** Milliseconds; afterwards, that what was made is what was asked for. */
async function timed(action: () => Promise<unknown>): Promise<number> {
  made.length = 0;
  const from = performance.now();
  await action();
  const took = performance.now() - from;
  for (const { lane: one, tip } of made) {
    // One after the other: status and write-tree both lock the index.
    const said = [await git(one.path, ['status', '--porcelain', '--ignored']), await git(one.path, ['rev-parse', 'HEAD', `${tip}^{tree}`]), await git(one.path, ['write-tree'])];
    if (said[0] !== '' || said[1] !== `${tip}\n${said[2]}`) throw new Error(`the lane at ${one.path} is not what was asked for: ${said.join(' ')}`);
  }
  return took;
}

/** A bare repository of the files, and a clone of it for `git worktree add`. */
async function repository(folder: string, files: number): Promise<{ readonly seed: string; readonly remote: string }> {
  const [seed, remote] = [join(folder, 'seed'), join(folder, 'remote.git')];
  const content = (at: number): string => Array.from({ length: 40 + (at % 80) }, (_, line) => `export const value${line} = ${at * line};`).join('\n');
  const paths = Array.from({ length: files }, (_none, at) => [`packages/p${at % 25}/src/m${Math.floor(at / 25) % 10}/file-${at}.ts`, content(at)] as const);
  await git(folder, ['init', '-q', '--bare', '-b', EPIC, remote]);
  await importBranches(remote, [{ branch: EPIC, from: null, files: Object.fromEntries(paths) }]);
  await git(folder, ['clone', '-q', remote, seed]);
  return { seed, remote };
}

/** On the remote alone; the tip they make. */
async function tenCommits(remote: string, round: number, tip: string): Promise<string> {
  const commits = Array.from({ length: 10 }, (_none, at) => ({ branch: EPIC, from: at === 0 ? tip : null, files: { [`packages/p${at}/src/m0/file-${at}.ts`]: `export const round = ${round};\n` } }));
  await importBranches(remote, commits);
  return git(remote, ['rev-parse', EPIC]);
}

async function load(emptyHome: string): Promise<Product> {
  const built = async <T>(path: string) => (await import(pathToFileURL(join(ROOT, 'daemon/dist', path)).href)) as T;
  const { Git } = await built<{ Git: { open(options: object): Promise<unknown> } }>('platform/git.js');
  const { systemClock } = await built<{ systemClock(): Clock }>('platform/clock.js');
  const { VaultStore } = await built<{ VaultStore: new (options: object) => { open(request: object): Promise<{ ok: true; value: Vault } | { ok: false; refusal: { sentence: string } }> } }>('features/vault/index.js');
  const { LaneService } = await built<{ LaneService: new (options: object) => Lanes }>('features/lanes/index.js');
  const own = await Git.open({ emptyHome, path: process.env['PATH'] ?? '/usr/bin:/bin' });
  const clock = systemClock();
  // What the daemon does in the background is called for here, between the measurements.
  const still = { ...clock, after: (ms: number, action: () => void) => (ms > LONGEST_WAIT_MS ? () => undefined : clock.after(ms, action)) };
  return {
    lanes: (vault, spares) => new LaneService({ vault, clock: still, sandbox: null, spares }),
    async open(home, remote) {
      const opened = await new VaultStore({ home, git: own, clock }).open({ projectId: PROJECT, remote: { kind: 'path', path: remote }, baseBranch: EPIC });
      if (!opened.ok) throw new Error(opened.refusal.sentence);
      return opened.value;
    },
  };
}
