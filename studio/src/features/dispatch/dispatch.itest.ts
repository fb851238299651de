import { afterEach, expect, it } from 'vitest';
import fc from 'fast-check';
import { describeStudioOnBoth, waitFor } from '../../test-support/index.js';
import { oid } from '../../test-support/fake-daemon.js';
import { Setting } from '../../test-support/setting.js';
import { Epic } from './test-support/epic.js';
import { Robot } from './test-support/robot.js';
import type { RobotOptions, Step } from './test-support/robot.js';

const DIAMOND = `
title: Checkout
phases:
  - title: Build
    tasks:
      - key: base
        title: Base
      - key: left
        title: Left
        dependsOn: [base]
      - key: right
        title: Right
        dependsOn: [base]
      - key: top
        title: Top
        dependsOn: [left, right]
`;

/** Rhythms of production, ten times as fast. */
const FAST = {
  MAESTRO_LEASE_SECONDS: '1.5', MAESTRO_HEARTBEAT_SECONDS: '0.4', MAESTRO_IDLE_HEARTBEAT_SECONDS: '0.8', MAESTRO_CLAIM_SECONDS: '2', MAESTRO_OFFER_COOLDOWN_SECONDS: '3', MAESTRO_SWEEP_SECONDS: '0.5',
  MAESTRO_LEASE_SWEEP_SECONDS: '0.1', MAESTRO_BACK_OFF_SECONDS: '0.05', MAESTRO_MOST_BACK_OFF_SECONDS: '0.2',
};

describeStudioOnBoth(
  'A plan from activation to release',
  (studio) => {
    let setting: Setting | undefined;
    let robots: Robot[] = [];
    let working: Promise<void>[] = [];
    /** What is logged before is about the rows that the test before had and this one has not. */
    let logged = 0;

    async function fleet(epic: Epic, options: readonly Omit<RobotOptions, 'heartbeatMs'>[], policy: Readonly<Record<string, unknown>> = {}): Promise<Setting> {
      setting = await Setting.draft(studio, { proposal: DIAMOND, policy: { lostGraceSeconds: 0, ...policy } });
      for (const [index, each] of options.entries()) robots.push(new Robot(await setting.unconnected({ name: `robot-${index}`, capacity: 2 }), epic, { ...each, heartbeatMs: 300 }));
      logged = studio.log.length;
      working = robots.map((robot) => robot.run());
      return setting;
    }
    afterEach(async () => {
      for (const robot of robots) robot.stop();
      await Promise.all(working);
      setting?.close();
      robots = [];
      working = [];
    });

    /** Every task landed exactly once, in an order that its dependencies allow, and the ledger tells the same story. */
    async function verify(of: Setting, epic: Epic): Promise<void> {
      const keys = new Map(of.plan.tasks.map(({ key, title }) => [key, title]));
      const order = epic.landed.map(({ task }) => keys.get(task));
      expect([...order].sort()).toEqual(['Base', 'Left', 'Right', 'Top']);
      expect([order[0], order[3]]).toEqual(['Base', 'Top']);
      const statuses = await studio.query<{ task: string; at: string }>(
        `select distinct on (task_id) task_id as task, payload->>'to' as at from events where kind = 'task/status' order by task_id, txid desc, seq desc`,
      );
      expect(statuses.map(({ at }) => at)).toEqual(['done', 'done', 'done', 'done']);
      const replayed = await studio.query(
        `select r.id from runs r join lateral (select payload from events e where e.run_id = r.id and e.kind in ('run/created', 'run/status') order by txid desc, seq desc limit 1) e on true
          where r.status <> coalesce(e.payload->>'to', e.payload->>'status')`,
      );
      expect(replayed).toEqual([]);
      expect(studio.log.slice(logged).split('\n').filter((line) => /daemon call failed|piece of work failed|loop tick failed|background error/.test(line))).toEqual([]);
      expect(await studio.query(`select from runs where status in ('dispatched', 'claimed', 'running', 'waiting') and plan_id = $1 and purpose <> 'release_cleanup'`, [of.plan.id])).toEqual([]);
    }

    async function untilDone(of: Setting, timeoutMs: number): Promise<void> {
      try {
        await waitFor('every task to be done', async () => (await studio.query(`select from tasks where status <> 'done'`)).length === 0, timeoutMs);
      } catch (error) {
        const stands = await studio.query('select t.title, t.status, t.blocked_code, r.purpose, r.status as run, r.attempt, r.sentence from tasks t left join runs r on r.task_id = t.id order by r.created_at');
        throw new Error(`it got stuck:\n${stands.map((row) => JSON.stringify(row)).join('\n')}`, { cause: error });
      }
      expect((await of.owner.client.post(`plans/${of.plan.id}/release`)).status).toBe(200);
      await waitFor('the release', async () => (await of.planNow()).status === 'completed', timeoutMs);
    }

    it('runs by itself, pushed from step to step, with one revision per task', async () => {
      const epic = new Epic(oid());
      const of = await fleet(epic, [{ picky: true }, { picky: true }]);
      await of.activate();
      await untilDone(of, 100_000);
      await verify(of, epic);
      expect((await studio.query<{ revisions: number }>('select revisions from tasks')).every(({ revisions }) => revisions >= 1)).toBe(true);
    }, 240_000);

    it.each([1, 2])('survives machines that vanish and come back at any step (seed %d)', async (seed) => {
      const epic = new Epic(oid());
      const random = randomOf(seed);
      let troubles = 40;
      const trouble = (_step: Step) => {
        if (troubles === 0 || random() > 0.25) return 'none';
        troubles -= 1;
        return random() < 0.5 ? 'cut' : 'crash';
      };
      const of = await fleet(epic, [{ trouble }, { trouble }, { trouble, picky: true }], { maxAttempts: 20, maxLost: 100, maxTaskRuns: 200 });
      await of.activate();
      await untilDone(of, 100_000);
      await verify(of, epic);
    }, 240_000);
  },
  { autostartLoops: true, env: FAST },
);

describeStudioOnBoth(
  'Dispatch',
  (studio) => {
    let setting: Setting | undefined;
    afterEach(() => setting?.close());

    it('reaches an idle daemon by being woken: no poll and no sweep comes by in that time', async () => {
      const of = (setting = await Setting.draft(studio, { proposal: DIAMOND }));
      const daemon = await of.daemon();
      await of.activate();
      const run = await waitFor('the hint', () => daemon.heard.available[0]);
      expect(await of.run(run)).toMatchObject({ purpose: 'bootstrap_epic' });
      const bootstrap = await daemon.claim(run);
      await daemon.start(bootstrap);
      await daemon.finish(bootstrap, { kind: 'bootstrapped', tip: oid() });
      await waitFor('the next hint', () => daemon.heard.available[1]);
    });
  },
  { autostartLoops: true, env: { MAESTRO_SWEEP_SECONDS: '600', MAESTRO_EVENT_POLL_SECONDS: '60' } },
);

/** Numbers in [0, 1) that a seed decides, so that a failure can be seen again. */
function randomOf(seed: number): () => number {
  const [numbers] = fc.sample(fc.infiniteStream(fc.noBias(fc.nat(99)), { noHistory: true }), { seed, numRuns: 1 });
  return () => numbers!.next().value / 100;
}
