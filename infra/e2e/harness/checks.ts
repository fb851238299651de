import { readFile, readdir } from 'node:fs/promises';
import { expect } from 'vitest';
import type { EventView, PlanTree, RunView } from '@maestro/protocol';
import { REQUIREMENTS, ROWS, claims } from '../data/index.js';
import { waitFor } from '../../test-support/index.js';
import { changesOf, isVisible, observedRows } from './observed.js';
import type { Scene } from './scene.js';
import { standing } from './scene-plan.js';

/** What must hold after every scenario, however it went. */
export async function checkInvariants(scene: Scene): Promise<void> {
  if (!scene.hasProject) return;
  const seen = await lookAt(scene);
  for (const tree of seen.trees) await landedOnce(scene, tree);
  await baseUntouched(scene, seen.trees);
  replayYieldsTheStates(seen);
  await nothingRuns(scene);
}

interface Seen {
  readonly trees: readonly PlanTree[];
  readonly runs: readonly RunView[];
  readonly events: readonly EventView[];
}

/** Everything as it was at one moment: between the first and the last question nothing happened. */
async function lookAt(scene: Scene): Promise<Seen> {
  return scene.until('a moment in which nothing happens', async () => {
    const events = await scene.events();
    const trees: PlanTree[] = [];
    for (const plan of scene.plans) trees.push(await plan.tree());
    const runs = await scene.runs();
    return (await scene.events()).length === events.length ? { trees, runs, events } : undefined;
  });
}

/** The rows that the cited requirements claim really happened: a scenario cannot cite what it does not show. */
export function checkClaims(cited: readonly string[], events: readonly EventView[]): void {
  const observed = observedRows(changesOf(events));
  const missing = REQUIREMENTS.filter(({ id }) => cited.includes(id)).flatMap(({ id, rows }) =>
    rows.flatMap((claim) => {
      const wanted = ROWS.filter((row) => claims(claim, row) && isVisible(row));
      // `a|b` on the event's side says that either may happen.
      const either = / \+ \S*\|/.test(claim);
      const unseen = wanted.filter((row) => !observed.includes(row));
      return either && unseen.length < wanted.length ? [] : unseen.map(({ text }) => `${id}: ${text}`);
    }),
  );
  expect(missing, 'rows that the scenario cites and did not show').toEqual([]);
}

/** Invariant 5: the epic (or, once it is released, its merge) holds each landed task exactly once, and nothing else. */
async function landedOnce(scene: Scene, tree: PlanTree): Promise<void> {
  if (tree.epicBranch === null) return;
  const held = tree.releaseCommit ?? (await scene.origin.branches()).find((branch) => branch === tree.epicBranch);
  if (held === undefined) return;
  const merges = (await scene.origin.landed(held).catch(() => [])).flatMap((subject) => /^Merge (\S+):/.exec(subject)?.[1] ?? []).filter((key) => tree.tasks.some((task) => task.key === key));
  expect(merges.filter((key, index) => merges.indexOf(key) !== index), 'tasks that landed twice').toEqual([]);
  const notDone = merges.filter((key) => tree.tasks.find((task) => task.key === key)?.status !== 'done');
  // A push that has just arrived is told a moment later; whoever leaves a scenario there says so by ending the plan.
  expect(notDone, 'tasks that landed and are not done').toEqual([]);
  const withCommit = tree.tasks.filter(({ status, mergeCommit }) => status === 'done' && mergeCommit !== null);
  for (const { key, mergeCommit } of withCommit) {
    expect(await scene.origin.git('merge-base', '--is-ancestor', mergeCommit ?? '', held).then(() => true, () => false), `${key} is in the epic`).toBe(true);
  }
}

/** Only a release moves the base. Scenarios that commit there by hand are seen in its log. */
async function baseUntouched(scene: Scene, trees: readonly PlanTree[]): Promise<void> {
  const released = trees.flatMap(({ releaseCommit, status }) => (releaseCommit !== null && (status === 'completed' || status === 'archived') ? [releaseCommit] : []));
  const commits = (await scene.origin.git('log', '--first-parent', '--format=%H %s', `${scene.origin.first}..main`)).split('\n').filter((line) => line !== '');
  const byStudio = commits.filter((line) => !/By hand|Merged by hand/.test(line)).map((line) => line.slice(0, 40));
  expect(byStudio.filter((commit) => !released.includes(commit)), 'commits on the base that no release made').toEqual([]);
}

/** Invariant 6: replaying the status events yields the current states. */
function replayYieldsTheStates({ trees, runs, events }: Seen): void {
  const last = new Map<string, string>();
  for (const { table, of, from, to } of changesOf(events)) {
    const before = last.get(`${table} ${of}`);
    if (before !== undefined) expect(from, `${table} ${of} goes on from where the event before left it`).toBe(before);
    last.set(`${table} ${of}`, to);
  }
  const replayed = (table: string, id: string, first: string): string => last.get(`${table} ${id}`) ?? first;
  for (const tree of trees) {
    expect(replayed('plan', tree.id, 'draft'), 'the plan, replayed').toBe(tree.status);
    for (const task of tree.tasks) expect(replayed('task', task.id, task.status === 'queued' ? 'queued' : 'draft'), `${task.key}, replayed`).toBe(standing(task));
  }
  for (const run of runs) expect(replayed('run', run.id, 'dispatched'), `the ${run.purpose} run of ${run.taskKey ?? 'the plan'}, replayed`).toBe(run.status);
}

/** Invariant 9: no process of an ended run is left. Killing a tree takes a moment, five seconds at most. */
async function nothingRuns(scene: Scene): Promise<void> {
  const ended = new Set((await scene.runs()).filter(({ endedAt, status }) => endedAt !== null || status === 'waiting').map(({ id }) => id));
  await waitFor(async () => (await markedProcesses(ended)).length === 0, { what: `the processes of ended runs to be gone: ${JSON.stringify(await markedProcesses(ended))}`, timeoutMs: 5_000, everyMs: 100 });
}

/** Processes that carry the mark of one of these runs in their environment. */
export async function markedProcesses(runs: ReadonlySet<string>): Promise<readonly number[]> {
  const found: number[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
    const run = /(?:^|\0)MAESTRO_RUN_MARKER=([^.\0]+)/.exec(environment)?.[1];
    if (run !== undefined && runs.has(run)) found.push(Number(pid));
  }
  return found;
}
