import { existsSync } from 'node:fs';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Policy, RunPacket } from '@maestro/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { homePaths } from '../../config/home.js';
import { systemClock } from '../../platform/clock.js';
import { Git } from '../../platform/git.js';
import { newId as newRunId } from '../../platform/new-id.js';
import { ManualClock } from '../../platform/test-support/manual-clock.js';
import { PATH, PROJECT, openMachine, shopWithEpic } from '../../test-support/git-fixture.js';
import { hastyClock } from '../../test-support/hasty-clock.js';
import { waitFor } from '../../test-support/wait-for.js';
import { JournalStore } from '../journal/index.js';
import { Places } from '../sessions/index.js';
import { Disk } from './disk.js';
import { Housekeeping } from './housekeeping.loop.js';

let shop: Awaited<ReturnType<typeof shopWithEpic>>;
beforeAll(async () => {
  shop = await shopWithEpic();
});
afterAll(() => shop.scratch.remove());

const machine = async (home = shop.home) => {
  const [paths, clock] = [homePaths(home), new ManualClock()];
  const places = new Places({ home, git: await Git.open({ emptyHome: paths.gitHome, path: PATH }), sandbox: null, clock });
  const shared = { paths, clock, places: () => places.all() };
  const problems: unknown[] = [];
  const housekeeping = new Housekeeping({ ...shared, disk: new Disk(shared), budget: undefined, sweepJournals: () => Promise.resolve(), tell: () => undefined, onProblem: (problem) => problems.push(problem) });
  return { clock, places, problems, housekeeping };
};

it('packs a vault whose project has no lane and is not connected, when its time has come', async () => {
  const { vault, tip } = shop;
  const runs = join(vault.gitDir, 'refs/maestro/runs');
  await mkdir(runs, { recursive: true });
  await Promise.all(Array.from({ length: 1_001 }, (_none, number) => writeFile(join(runs, `${number}`), `${tip}\n`)));
  const { clock, places, problems, housekeeping } = await machine();
  housekeeping.start();
  clock.advance(2 * 60_000);
  await waitFor('the refs to be packed', async () => (await readdir(runs).catch(() => [])).length === 0);
  await housekeeping.stop();
  await places.close();
  expect(await vault.readRef('refs/maestro/runs/1000')).toBe(tip);
  expect(problems).toEqual([]);
});

it('removes from a vault what nothing needs, once no run of the project is under way, and does not mind spare lanes', async () => {
  const { home, vault, lanes } = await openMachine(join(shop.scratch.folder, 'other'), shop.remote, { spares: 1, clock: hastyClock });
  await vault.fetch(['main']);
  await lanes.tend();
  const object = await vault.text(['hash-object', '-w', '--stdin'], { stdin: 'nobody points at me\n' });
  const file = join(vault.gitDir, 'objects', object.slice(0, 2), object.slice(2));
  const old = new Date(Date.now() - 3 * 86_400_000);
  await utimes(file, old, old);
  const journals = new JournalStore(join(home, 'runs'), systemClock());
  const run = newRunId();
  const packet = RunPacket.parse({ run, epoch: 1, purpose: 'implement', attempt: 1, revision: 0, repair: 0, project: { id: PROJECT, key: 'SHOP', remote: { kind: 'path', path: shop.remote }, baseBranch: 'main' }, policy: Policy.parse({}) });
  const journal = await journals.open(run);
  await journal.append({ t: 'packet', at: 1, packet, marker: 'm' });
  const { places, problems, housekeeping } = await machine(home);
  await housekeeping.pass();
  expect([existsSync(file), (await readdir(join(home, 'projects', PROJECT, 'spares'))).length]).toEqual([true, 1]);
  await journal.append({ t: 'settled', at: 2, how: 'acknowledged' });
  await journal.close();
  await housekeeping.pass();
  expect([existsSync(file), (await readdir(join(home, 'projects', PROJECT, 'spares'))).length]).toEqual([false, 0]);
  await places.close();
  expect(problems).toEqual([]);
});
