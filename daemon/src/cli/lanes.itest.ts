import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Policy, RunPacket } from '@maestro/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { JournalStore } from '../features/journal/index.js';
import { systemClock } from '../platform/clock.js';
import { newId as newRunId } from '../platform/new-id.js';
import { EPIC, PATH, PROJECT, agentGit, newId, newLane, putFiles, shopWithEpic, userGit } from '../test-support/git-fixture.js';
import type { Lane } from '../features/lanes/index.js';
import type { Command, World } from './command.js';
import { disk } from './commands/disk.js';
import { laneClean } from './commands/lane/clean.js';
import { laneList } from './commands/lane/list.js';
import { laneRestore } from './commands/lane/restore.js';
import { laneShow } from './commands/lane/show.js';
import { laneName } from './shared/lanes-here.js';
import { fakeTerminal, fakeWorld } from './test-support/fake-terminal.js';

type Shop = Awaited<ReturnType<typeof shopWithEpic>>;

const MB = 1024 ** 2;
const DAYS_AGO = new Date(Date.now() - 3 * 86_400_000);

let shop: Shop;
let journals: JournalStore;
beforeAll(async () => {
  shop = await shopWithEpic();
  journals = new JournalStore(join(shop.home, 'runs'), systemClock());
});
afterAll(() => shop.scratch.remove());

function world(more: { cwd?: string; budget?: number } = {}): World {
  const { terminal } = fakeTerminal({ columns: 400 });
  const base = fakeWorld(terminal);
  return { ...base, cwd: more.cwd ?? shop.scratch.folder, settings: { ...base.settings, home: shop.home, path: PATH, diskBudget: more.budget ?? 1_000 * MB } };
}

/** What a command answers, typed as its `--json`. */
async function asked<T>(command: Command, input: Readonly<Record<string, unknown>>, more: { cwd?: string; budget?: number } = {}): Promise<{ json: T; text: string; exit: string | undefined }> {
  const report = await command.run(world(more), input);
  return { json: report?.json as T, text: report?.text ?? '', exit: report?.exit };
}

const clean = (input: Record<string, unknown>) => asked<{ lanes: { task: string; removed: boolean; sentence: string }[] }>(laneClean, { task: [], idle: undefined, dryRun: false, ...input });
const named = (lane: Lane) => laneName(lane);

/** A run that this machine has not come to the end of, in the journal alone. */
async function liveRun(lane: Lane): Promise<string> {
  const run = newRunId();
  const task = { id: lane.taskId, key: 'SHOP-1', title: '', description: '', acceptanceCriteria: [], textVersion: 1, branch: lane.branch, answers: [], notes: [] };
  const packet = RunPacket.parse({ run, epoch: 1, purpose: 'implement', attempt: 1, revision: 0, repair: 0, project: { id: PROJECT, key: 'SHOP', remote: { kind: 'path', path: shop.remote }, baseBranch: 'main' }, task, policy: Policy.parse({}) });
  const journal = await journals.open(run);
  await journal.append({ t: 'packet', at: 1, packet, marker: 'm' });
  await journal.close();
  return run;
}

async function settle(run: string): Promise<void> {
  const journal = await journals.open(run);
  await journal.append({ t: 'settled', at: 2, how: 'acknowledged' });
  await journal.close();
}

/** As if nothing had been done in the lane for days. */
async function age(lane: Lane): Promise<void> {
  const path = join(shop.vault.folder, 'lane-records', `${lane.taskId}.json`);
  const record = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  await writeFile(path, JSON.stringify({ ...record, updatedAt: DAYS_AGO.toISOString() }));
}

describe('maestro lane', () => {
  it('lists and shows what tasks have here, without a daemon or a studio', async () => {
    const prepared = await shop.lanes.prepare({ taskId: newId(), branch: 'task/SHOP-12', upstream: EPIC, identity: { name: 'A', email: 'a@b.test' }, start: { kind: 'epic', tip: shop.tip } });
    if (!prepared.ok) throw new Error(prepared.refusal.sentence);
    const { lane } = prepared.value;
    const { json, text } = await asked<{ lanes: { task: string; path: string; live: boolean; bytes: number }[] }>(laneList, { all: false });
    expect(json.lanes).toMatchObject([{ task: 'SHOP-12', path: lane.path, live: false }]);
    expect(json.lanes[0]?.bytes).toBeGreaterThan(4_000);
    expect(text).toMatch(/^task .*\nSHOP-12 .* interrupted .* KB /);
    expect((await asked<{ uncollected: boolean }>(laneShow, { task: 'shop-12' })).json).toMatchObject({ uncollected: false });
    await putFiles(lane.path, { 'src/new.ts': 'x\n' });
    const run = await liveRun(lane);
    expect(await asked(laneShow, { task: 'task/SHOP-12' })).toMatchObject({ json: { uncollected: true, live: true }, text: expect.stringContaining('SHOP-12  at work') as string });
    await settle(run);
    await expect(asked(laneShow, { task: 'SHOP-99' })).rejects.toMatchObject({ exit: 'notFound' });
  });

  it('gives back, byte for byte, what was in a lane that it removed', async () => {
    const lane = await newLane(shop, shop.tip);
    await putFiles(lane.path, { '.gitattributes': '*.txt text eol=lf ident\n', 'crlf.txt': '$Id: as it was $\r\n', 'deep/er/tool.sh': '#!/bin/sh\n', '.github/x.yml': 'on: push\n' });
    await agentGit(lane, ['add', '-A']);
    await agentGit(lane, ['commit', '-q', '-m', 'Work']);
    await putFiles(lane.path, { 'unfinished.ts': 'half\n' });
    expect((await clean({ task: [named(lane)] })).json.lanes).toMatchObject([{ removed: true, sentence: 'removed, kept as a snapshot' }]);
    expect(existsSync(lane.path)).toBe(false);
    const to = join(shop.scratch.folder, 'restored');
    expect((await asked(laneRestore, { task: named(lane), snapshot: undefined, to })).json).toMatchObject({ folder: to, skipped: [] });
    expect(await readFile(join(to, 'crlf.txt'), 'utf8')).toBe('$Id: as it was $\r\n');
    expect(await readFile(join(to, 'unfinished.ts'), 'utf8')).toBe('half\n');
    expect((await readdir(to)).sort()).toEqual(['.gitattributes', '.github', '.gitignore', 'README.md', 'crlf.txt', 'deep', 'src', 'unfinished.ts']);
    await expect(asked(laneRestore, { task: named(lane), snapshot: undefined, to })).rejects.toMatchObject({ exit: 'conflict' });
    await expect(asked(laneRestore, { task: named(lane), snapshot: 'x', to })).rejects.toMatchObject({ exit: 'notFound' });

    // The command that it names takes the agent's commits into anybody's clone.
    const { text } = await asked(laneShow, { task: named(lane) });
    const [, ref = ''] = /git fetch \S+ (refs\/maestro\/snapshots\/\S+):refs/.exec(text) ?? [];
    await userGit(shop.seed, ['fetch', '-q', shop.vault.gitDir, `${ref}:refs/heads/back`]);
    expect(await userGit(shop.seed, ['show', 'back:unfinished.ts'])).toBe('half');

    // The next run of the task goes on where it was.
    const again = await shop.lanes.prepare({ ...lane, start: { kind: 'resume', tip: shop.tip, head: null } });
    expect(again).toMatchObject({ ok: true, value: { from: 'work_in_progress' } });
    expect(await readFile(join(lane.path, 'unfinished.ts'), 'utf8')).toBe('half\n');
    expect(await agentGit(lane, ['log', '-1', '--format=%s'])).toBe('Work');
  });

  it('begins anew at the tip when nothing had been done in the lane that it removed', async () => {
    const lane = await newLane(shop, shop.tip);
    await clean({ task: [named(lane)] });
    expect(await shop.lanes.prepare({ ...lane, start: { kind: 'resume', tip: shop.tip, head: null } })).toMatchObject({ ok: true, value: { from: 'epic' } });
  });

  it('removes only what no run needs', async () => {
    const [over, live, open] = [await newLane(shop, shop.tip), await newLane(shop, shop.tip), await newLane(shop, shop.tip)];
    await shop.lanes.settle(over, 'landed');
    await shop.lanes.settle(live, 'landed');
    const run = await liveRun(live);
    await age(open);
    await age(live);
    const refused = await clean({ task: [named(live)] });
    expect(refused).toMatchObject({ exit: 'conflict', json: { lanes: [{ removed: false }] } });
    expect(refused.text).toContain('Its lane stays.');
    expect((await clean({ dryRun: true, idle: 2 })).json.lanes.map(({ task }) => task).sort()).toEqual([named(over), named(open)].sort());
    expect(existsSync(over.path)).toBe(true);
    expect((await clean({})).json.lanes).toMatchObject([{ task: named(over), removed: true }]);
    expect((await clean({ idle: 2 })).json.lanes).toMatchObject([{ task: named(open), removed: true }]);
    expect(existsSync(live.path)).toBe(true);
    await settle(run);
    expect((await clean({ task: [named(live)] })).json.lanes).toMatchObject([{ removed: true }]);
    await expect(clean({ task: ['SHOP-1'], idle: 1 })).rejects.toMatchObject({ exit: 'usage' });
  });
});

describe('maestro disk', () => {
  interface Said {
    total: number;
    over: number;
    short: number;
    holdings: { kind: string; id: string; bytes: number; protected: string | null }[];
    removed: { kind: string; id: string }[];
  }
  const said = (more: { budget?: number; free?: boolean } = {}) => asked<Said>(disk, { free: more.free ?? false }, more);

  beforeEach(async () => {
    await clean({ task: [] });
  });

  it('says what is there and what of it may go', async () => {
    const lane = await newLane(shop, shop.tip);
    await putFiles(lane.path, { 'node_modules/large.bin': new Uint8Array(3 * MB) });
    const { json, text } = await said();
    expect(json.holdings.find(({ id }) => id === lane.taskId)).toMatchObject({ kind: 'lane', protected: 'recent' });
    expect(json.holdings.find(({ kind }) => kind === 'vault')).toMatchObject({ protected: 'borrowed' });
    expect(json).toMatchObject({ over: 0, short: 0 });
    expect(text).toMatch(/lanes of open tasks +\d+ +3\.\d MB/);
    expect(text).toMatch(/of 1000 MB\.$/);
  });

  it('removes by rule until the budget is kept, and nothing that a run needs', async () => {
    const [idle, live, fresh] = [await newLane(shop, shop.tip), await newLane(shop, shop.tip), await newLane(shop, shop.tip)];
    for (const lane of [idle, live, fresh]) await putFiles(lane.path, { 'node_modules/large.bin': new Uint8Array(3 * MB), 'src/work.ts': lane.taskId });
    await age(idle);
    await age(live);
    const run = await liveRun(live);
    const odd = join(shop.vault.folder, 'trash', `${Date.now()}-${newId()}-abcdef`);
    const repository = join(shop.vault.folder, 'trash', `1000-${newId()}-git-abcdef`);
    for (const folder of [odd, repository]) {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'only-copy'), new Uint8Array(2 * MB));
    }
    const before = await said();
    const freed = await said({ free: true, budget: before.json.total - MB });
    // One repository is enough.
    expect(freed.json.removed).toMatchObject([{ kind: 'repository', id: repository }]);
    const all = await said({ free: true, budget: 1 });
    expect(all.json.removed.map(({ id }) => id)).toContain(idle.taskId);
    expect(all.json.removed.map(({ id }) => id)).not.toContain(live.taskId);
    expect([idle, live, fresh].map(({ path }) => existsSync(path))).toEqual([false, true, true]);
    expect(existsSync(odd)).toBe(true);
    expect(await shop.lanes.snapshots(idle.taskId)).toMatchObject([{ why: 'disk-budget' }]);
    expect(all.text).toContain('stay too much even so');
    await settle(run);
    const journal = join(shop.home, 'runs', run);
    await utimes(join(journal, 'journal'), DAYS_AGO, DAYS_AGO);
    expect((await said({ free: true, budget: 1 })).json.removed).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'journal', id: journal }), expect.objectContaining({ id: live.taskId })]) as never);
    expect(existsSync(journal)).toBe(false);
  });
});
