import { METHODS, RemoteError } from '@maestro/protocol';
import type { RunView } from '@maestro/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { newId } from '../../platform/ids/index.js';
import { describeStudioOnBoth } from '../../test-support/index.js';
import { crashed, produced } from '../../test-support/fake-daemon.js';
import { Setting } from '../../test-support/setting.js';
import type { SettingOptions } from '../../test-support/setting.js';

const codeOf = (error: unknown): string => (error instanceof RemoteError ? error.code : String(error));

describeStudioOnBoth('Offers and claims', (studio) => {
  let open: Setting | undefined;
  const active = async (options?: SettingOptions): Promise<Setting> => (open = await Setting.active(studio, options));
  afterEach(() => open?.close());

  describe('a claim', () => {
    it('of twenty at once gives one lease', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      await setting.dispatch();
      const [run] = await daemon.offers();
      const tries = await Promise.allSettled(Array.from({ length: 20 }, () => daemon.calls.request(METHODS.runClaim, { opId: newId() as never, run: run as never })));
      const claimed = tries.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      expect(claimed).toHaveLength(1);
      expect(tries.flatMap((each) => (each.status === 'rejected' ? [codeOf(each.reason)] : []))).toEqual(Array(19).fill('refused'));
      expect(claimed[0]?.packet).toMatchObject({ run, epoch: 1, purpose: 'implement', attempt: 1, lastSeq: 0, task: { title: 'Cart' } });
      expect(await studio.query('select epoch::int from run_grants where run_id = $1', [run])).toEqual([{ epoch: 1 }]);
      expect((await setting.owner.client.get(`agent-sessions/${daemon.session}`)).body).toMatchObject({ liveRuns: 1, work: [{ run, taskTitle: 'Cart', purpose: 'implement', status: 'claimed' }] });
    });

    it('sent twice with one opId is one claim with one answer', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      await setting.dispatch();
      const [run] = await daemon.offers();
      const call = { opId: newId() as never, run: run as never };
      const [first, second] = await Promise.all([daemon.calls.request(METHODS.runClaim, call), daemon.calls.request(METHODS.runClaim, call)]);
      expect(second).toEqual(first);
    });

    it('is refused to a session that it was not offered to', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      const other = await setting.daemon({ name: 'bob', capacity: 0 });
      await setting.dispatch();
      const [run] = await daemon.offers();
      await expect(other.claim(run!)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(other.claim(newId())).rejects.toMatchObject({ code: 'not_found' });
    });

    it('is the same over HTTP, for the caller\'s own session only', async () => {
      const setting = await active();
      const machine = await studio.machine(setting.owner, 'architect');
      const daemon = await setting.daemon({}, machine);
      await setting.dispatch();
      expect((await setting.owner.client.post(`agent-sessions/${daemon.session}/run`, {})).body).toMatchObject({ code: 'not_your_session' });
      const claimed = await machine.client.post<{ packet: { run: string } }>(`agent-sessions/${daemon.session}/run`, {});
      expect(claimed).toMatchObject({ status: 200, body: { packet: { purpose: 'implement' } } });
      expect((await setting.run(claimed.body.packet.run)).status).toBe('claimed');
      expect((await machine.client.post(`agent-sessions/${daemon.session}/run`, {})).body).toMatchObject({ code: 'nothing_offered' });
    });
  });

  describe('an offer', () => {
    it('is pushed, and found by the poll behind the push', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      await setting.dispatch();
      expect(await daemon.offers()).toEqual(daemon.heard.available);
      expect(daemon.heard.available).toHaveLength(1);
      const [run] = daemon.heard.available;
      expect(await setting.run(run!)).toMatchObject({ status: 'dispatched', purpose: 'implement', sessionName: 'ada', taskKey: expect.stringMatching(/-1$/) as unknown, match: { chosen: daemon.session } });
    });

    it('is made once, however many dispatch at the same time', async () => {
      const setting = await active();
      await setting.daemon();
      await Promise.all(Array.from({ length: 8 }, () => setting.dispatch()));
      expect(await studio.query('select status from runs')).toEqual([{ status: 'dispatched' }]);
    });

    it('that is declined goes to another, and comes back after half a minute only', async () => {
      const setting = await active();
      const first = await setting.daemon();
      await setting.dispatch();
      const [run] = await first.offers();
      await first.calls.request(METHODS.runDecline, { opId: newId() as never, run: run as never, why: 'The disk is full.' });
      expect(await setting.run(run!)).toMatchObject({ status: 'withdrawn' });
      await setting.dispatch();
      expect(await first.offers()).toEqual([]);
      expect((await setting.owner.client.get(`tasks/${setting.taskId('Cart')}/why`)).body).toMatchObject({ waitingFor: [expect.stringMatching(/^ada: It let this go; it is asked again in (30|29) s\.$/)] });
      const second = await setting.daemon({ name: 'bob' });
      await setting.dispatch();
      expect(await second.offers()).toHaveLength(1);
      expect(await studio.query('select step from dispatch_cooldowns')).toEqual([{ step: 1 }]);
    });

    it('that nobody takes is withdrawn, costs no attempt, and the pause before the next doubles', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      for (const [step, seconds] of [[1, 30], [2, 60], [3, 120]] as const) {
        await setting.dispatch();
        expect(await daemon.offers()).toHaveLength(1);
        await studio.query(`update runs set dispatched_at = now() - interval '31 seconds' where status = 'dispatched'`);
        await setting.sweep();
        expect(await daemon.offers()).toEqual([]);
        const [cooldown] = await studio.query<{ step: number; seconds: number }>('select step, round(extract(epoch from until - clock_timestamp()))::int as seconds from dispatch_cooldowns');
        expect(cooldown?.step).toBe(step);
        expect(cooldown?.seconds).toBeGreaterThan(seconds - 5);
        expect(cooldown?.seconds).toBeLessThanOrEqual(seconds);
        await studio.query('update dispatch_cooldowns set until = now()');
      }
      await setting.dispatch();
      const work = await daemon.take('implement');
      expect(work.packet.attempt).toBe(1);
      expect(await studio.query('select from dispatch_cooldowns')).toEqual([]);
    });

    it('is withdrawn at once when its machine leaves', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      await setting.dispatch();
      const [run] = await daemon.offers();
      await daemon.calls.request(METHODS.sessionLeave, { opId: newId() as never });
      expect(await setting.run(run!)).toMatchObject({ status: 'withdrawn' });
    });

    it('never exceeds the session\'s slots', async () => {
      const proposal = `title: Many\nphases:\n  - title: P\n    tasks:\n${Array.from({ length: 6 }, (_, index) => `      - key: t${index}\n        title: T${index}`).join('\n')}`;
      const setting = await active({ proposal, policy: { concurrency: { project: 5, session: 3 } } });
      const first = await setting.daemon({ capacity: 2 });
      const second = await setting.daemon({ name: 'bob', capacity: 64 });
      await Promise.all([setting.dispatch(), setting.dispatch()]);
      await setting.dispatch();
      expect([(await first.offers()).length, (await second.offers()).length]).toEqual([2, 3]);
    });
  });

  describe('a run', () => {
    it('sets its task in progress when it starts, and the stage after it is due when it ends', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      await setting.dispatch();
      const work = await daemon.claim((await daemon.offers())[0]!);
      expect((await setting.task()).status).toBe('queued');
      await daemon.start(work);
      expect(await setting.task()).toMatchObject({ status: 'in_progress', runs: 1 });
      const outcome = produced();
      await daemon.finish(work, outcome, { usage: { inputTokens: 10, seconds: 3 } });
      expect(await setting.task()).toMatchObject({ status: 'in_review', head: outcome.head });
      expect(await setting.run(work.run)).toMatchObject({ status: 'succeeded', usage: { inputTokens: 10, seconds: 3 }, leaseUntil: null });
      const kinds = await studio.query<{ kind: string }>('select kind from events where run_id = $1 or kind = $2 order by txid, seq', [work.run, 'task/started']);
      expect(kinds.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['run/created', 'run/status', 'task/started', 'task/status']));
    });

    it('that fails rests, goes elsewhere after a fault of its own, and is blocked when its attempts are used up', async () => {
      const setting = await active({ policy: { maxAttempts: 2 } });
      const daemon = await setting.daemon();
      await daemon.finish(await setting.next(daemon, 'implement'), crashed);
      const [row] = await studio.query<{ avoid_session: string; rests: boolean }>('select avoid_session, due_after > now() as rests from tasks');
      expect(row).toEqual({ avoid_session: daemon.session, rests: true });
      await setting.dispatch();
      expect(await daemon.offers()).toEqual([]);
      await studio.query('update tasks set due_after = now()');
      const work = await setting.next(daemon, 'implement');
      expect(work.packet.attempt).toBe(2);
      await daemon.finish(work, crashed);
      expect(await setting.task()).toMatchObject({ status: 'blocked', blocked: { code: 'attempts_exhausted', from: 'in_progress' } });
      expect((await setting.act('Cart', 'retry')).body).toMatchObject({ status: 'in_progress' });
      expect((await setting.next(daemon, 'implement')).packet.attempt).toBe(1);
    });

    it('is shown with its task and its project', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      const work = await setting.next(daemon, 'implement');
      for (const of of [`tasks/${setting.taskId('Cart')}`, `projects/${setting.project.id}`]) {
        expect((await setting.owner.client.get<{ data: RunView[] }>(`${of}/runs`)).body.data.map(({ id }) => id)).toEqual([work.run]);
      }
    });
  });
});
