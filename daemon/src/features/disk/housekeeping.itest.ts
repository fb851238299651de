import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { homePaths } from '../../config/home.js';
import { Git } from '../../platform/git.js';
import { ManualClock } from '../../platform/test-support/manual-clock.js';
import { PATH, shopWithEpic } from '../../test-support/git-fixture.js';
import { waitFor } from '../../test-support/wait-for.js';
import { Places } from '../sessions/index.js';
import { Disk } from './disk.js';
import { Housekeeping } from './housekeeping.loop.js';

let shop: Awaited<ReturnType<typeof shopWithEpic>>;
beforeAll(async () => {
  shop = await shopWithEpic();
});
afterAll(() => shop.scratch.remove());

it('packs a vault whose project has no lane and is not connected, when its time has come', async () => {
  const { home, vault, tip } = shop;
  const runs = join(vault.gitDir, 'refs/maestro/runs');
  await mkdir(runs, { recursive: true });
  await Promise.all(Array.from({ length: 1_001 }, (_none, number) => writeFile(join(runs, `${number}`), `${tip}\n`)));
  const [paths, clock] = [homePaths(home), new ManualClock()];
  const places = new Places({ home, git: await Git.open({ emptyHome: paths.gitHome, path: PATH }), sandbox: null, clock });
  const shared = { paths, clock, places: () => places.all() };
  const problems: unknown[] = [];
  const housekeeping = new Housekeeping({ ...shared, disk: new Disk(shared), budget: undefined, sweepJournals: () => Promise.resolve(), tell: () => undefined, onProblem: (problem) => problems.push(problem) });
  housekeeping.start();
  clock.advance(2 * 60_000);
  await waitFor('the refs to be packed', async () => (await readdir(runs).catch(() => [])).length === 0);
  await housekeeping.stop();
  await places.close();
  expect(await vault.readRef('refs/maestro/runs/1000')).toBe(tip);
  expect(problems).toEqual([]);
});
