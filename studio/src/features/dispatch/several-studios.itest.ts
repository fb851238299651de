import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { backends, emptyDatabase } from '../../test-support/backends.js';
import type { TestBackend } from '../../test-support/backends.js';
import { TestStudio } from '../../test-support/test-studio.js';
import { waitFor } from '../../test-support/index.js';
import { FakeDaemon, produced } from '../../test-support/fake-daemon.js';
import { Setting } from '../../test-support/setting.js';
import { DispatcherService } from './dispatcher.service.js';

const postgres = backends().find(({ name }) => name === 'PostgreSQL');
const redis = process.env['MAESTRO_TEST_REDIS_URL'];

/** Two studios on one database and one bus, as behind a load balancer. */
describe.skipIf(postgres === undefined || redis === undefined)('Several studios', () => {
  const [first, second] = [new TestStudio(), new TestStudio()];
  let opened: TestBackend;
  let secondUrl = '';
  let setting: Setting | undefined;
  const daemons: FakeDaemon[] = [];
  beforeAll(async () => {
    opened = await postgres!.open();
    const env = { REDIS_URL: redis ?? '', MAESTRO_SECRET_KEY: 'the same for all studios of one installation' };
    await first.start(opened, { env });
    // One address for both, as tokens are made for an address; where the second really listens is asked of it.
    await second.start(opened, { env: { ...env, MAESTRO_PUBLIC_URL: first.url } });
    secondUrl = await second.app.getUrl();
  });
  beforeEach(() => emptyDatabase(opened));
  afterEach(() => {
    for (const daemon of daemons.splice(0)) daemon.cut();
    setting?.close();
  });
  afterAll(async () => {
    await first.stop();
    await second.stop();
    await opened.close();
  });

  it('reach a machine whichever of them it is connected to, and offer it each piece of work once', async () => {
    const proposal = `title: Many\nphases:\n  - title: P\n    tasks:\n${Array.from({ length: 12 }, (_, index) => `      - key: t${index}\n        title: T${index}`).join('\n')}`;
    setting = await Setting.active(first, { proposal });
    const machine = await first.machine(setting.owner, 'architect');
    const daemon = new FakeDaemon(secondUrl, machine.redeemed.tokens.accessToken, setting.project.id, { capacity: 4 });
    daemons.push(daemon);
    await daemon.connect();
    const other = await setting.daemon({ name: 'bob', capacity: 4 });

    // Not elected here: both dispatch at the same time, several times over, as when leadership changes hands in the middle.
    const never = new AbortController().signal;
    const dispatchers = [first, second].map((studio) => studio.app.get(DispatcherService, { strict: false }));
    await Promise.all([...dispatchers, ...dispatchers, ...dispatchers].map((dispatcher) => dispatcher.dispatch(never)));

    await waitFor('the hints', () => daemon.heard.available.length === 4 && other.heard.available.length === 4);
    expect([...(await daemon.offers())].sort()).toEqual([...daemon.heard.available].sort());
    const offered = await first.query<{ task: string; count: number }>('select task_id as task, count(*)::int as count from runs group by task_id');
    expect(offered).toHaveLength(8);
    expect(offered.every(({ count }) => count === 1)).toBe(true);

    const work = await daemon.claim(daemon.heard.available[0]!);
    await daemon.start(work);
    await setting.owner.client.post(`runs/${work.run}/steer`, { text: 'From the other studio.' });
    await waitFor('the words', () => daemon.heard.steered.length === 1);
    expect(await daemon.finish(work, produced())).toEqual({ counted: 'counted' });
  });

  it('never give more than a project, a machine or a session takes, though both look at the same moment', async () => {
    const proposal = `title: Many\nphases:\n  - title: P\n    tasks:\n${Array.from({ length: 12 }, (_, index) => `      - key: t${index}\n        title: T${index}`).join('\n')}`;
    setting = await Setting.active(first, { proposal, policy: { concurrency: { project: 5, session: 3 } } });
    // A plan each, or the lock on the one plan would keep the dispatchers apart.
    for (let more = 0; more < 2; more += 1) {
      const plan = await setting.owner.client.post<{ id: string }>(`projects/${setting.project.id}/plans/import`, { text: proposal });
      await setting.owner.client.post(`plans/${plan.body.id}/activate`);
    }
    await first.query('update plans set epic_ready_at = now()');
    const one = await setting.daemon({ name: 'one', capacity: 8, machineSlots: 2 });
    const two = await setting.daemon({ name: 'two', capacity: 8, machine: one.machine as never, machineSlots: 2 });
    const other = await setting.daemon({ name: 'other', capacity: 8 });
    const never = new AbortController().signal;
    const dispatchers = [first, second].map((studio) => studio.app.get(DispatcherService, { strict: false }));
    await Promise.all([...dispatchers, ...dispatchers, ...dispatchers].map((dispatcher) => dispatcher.dispatch(never)));
    const given = await first.query<{ session: string; count: number }>('select session_id as session, count(*)::int as count from runs group by session_id');
    const to = (...sessions: readonly string[]) => given.filter(({ session }) => sessions.includes(session)).reduce((sum, { count }) => sum + count, 0);
    expect([to(one.session, two.session), to(other.session)]).toEqual([2, 3]);
  });

  it('know a newer socket of a machine from an older one, though they are at different studios', async () => {
    setting = await Setting.draft(first);
    const machine = await first.machine(setting.owner, 'architect');
    const here = await setting.daemon({}, machine);
    const there = new FakeDaemon(secondUrl, machine.redeemed.tokens.accessToken, setting.project.id, { machine: here.machine as never });
    daemons.push(there);
    await there.connect();
    expect(await here.untilClosed()).toMatchObject({ code: 4409 });
    expect(there.session).toBe(here.session);
  });
});
