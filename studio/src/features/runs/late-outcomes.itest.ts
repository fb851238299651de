import { METHODS, RemoteError } from '@maestro/protocol';
import type { RunOutcome } from '@maestro/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { newId } from '../../platform/ids/index.js';
import { describeStudioOnBoth } from '../../test-support/index.js';
import { crashed, judged, oid, produced } from '../../test-support/fake-daemon.js';
import type { FakeDaemon, Work } from '../../test-support/fake-daemon.js';
import { Setting } from '../../test-support/setting.js';
import type { SettingOptions } from '../../test-support/setting.js';

const codeOf = (error: unknown): string => (error instanceof RemoteError ? error.code : String(error));

describeStudioOnBoth('Stale epochs and late outcomes', (studio) => {
  let open: Setting | undefined;
  const active = async (options?: SettingOptions): Promise<Setting> => (open = await Setting.active(studio, options));
  afterEach(() => open?.close());

  /** Work whose lease ran out, and its machine, which still has it. */
  async function lost(options?: SettingOptions): Promise<{ setting: Setting; daemon: FakeDaemon; work: Work }> {
    const setting = await active(options);
    const daemon = await setting.daemon();
    const work = await setting.next(daemon, 'implement');
    await setting.loseLease(work.run);
    expect(await setting.run(work.run)).toMatchObject({ status: 'lost', epoch: 1, leaseUntil: null });
    return { setting, daemon, work };
  }

  /** The same, with the stage given to another machine, which works on it. */
  async function replaced(options?: SettingOptions): Promise<{ setting: Setting; daemon: FakeDaemon; work: Work; other: FakeDaemon; newer: Work }> {
    const { setting, daemon, work } = await lost(options);
    await setting.endGrace();
    await studio.query(`update agent_sessions set capacity = 0 where id = $1`, [daemon.session]);
    const other = await setting.daemon({ name: 'bob' });
    const newer = await setting.next(other, 'implement');
    return { setting, daemon, work, other, newer };
  }

  describe('under a stale epoch', () => {
    it('nothing changes: start, checkpoint, push, wait and subtask are turned away', async () => {
      const { daemon, work } = await replaced();
      const held = { run: work.run as never, epoch: work.epoch };
      const opId = () => newId() as never;
      const tries = await Promise.allSettled([
        daemon.start(work),
        daemon.calls.request(METHODS.runCheckpoint, { opId: opId(), ...held, head: oid() }),
        daemon.push(work, { head: oid(), tip: oid(), commit: oid() }),
        daemon.wait(work, 'human', { question: 'Which?' }),
        daemon.calls.request(METHODS.runSubtask, { opId: opId(), ...held, title: 'More' }),
      ]);
      expect(tries.map((each) => (each.status === 'rejected' ? codeOf(each.reason) : 'done'))).toEqual(Array(5).fill('stale_epoch'));
    });

    it('the journal is still taken, from whoever was given the run, and from nobody else', async () => {
      const { setting, daemon, work, other } = await replaced();
      const line = { seq: 1, at: new Date().toISOString(), kind: 'message', payload: { text: 'hi' } } as const;
      expect(await daemon.events(work, [line])).toMatchObject({ ackSeq: 1 });
      await expect(other.events(work, [{ ...line, seq: 2 }])).rejects.toMatchObject({ code: 'forbidden' });
      await expect(other.finish(work, produced())).rejects.toMatchObject({ code: 'forbidden' });
      expect((await setting.owner.client.get(`runs/${work.run}/events`)).body).toMatchObject({ data: [{ seq: 1, payload: { text: 'hi' } }], nextSeq: 1 });
    });
  });

  describe('a late outcome', () => {
    it.each<readonly [string, RunOutcome, string]>([
      ['success', produced(), 'succeeded'],
      ['failure', crashed, 'failed'],
    ])('%s with nothing newer counts, under a new epoch', async (_what, outcome, status) => {
      const { setting, daemon, work } = await lost();
      expect(await daemon.finish(work, outcome)).toEqual({ counted: 'counted' });
      expect(await setting.run(work.run)).toMatchObject({ status, epoch: 2 });
      expect((await setting.task()).status).toBe(status === 'succeeded' ? 'in_review' : 'in_progress');
    });

    it('failure costs no attempt and no rest', async () => {
      const { setting, daemon, work } = await lost({ policy: { maxAttempts: 1 } });
      await daemon.finish(work, crashed);
      expect(await setting.task()).toMatchObject({ status: 'in_progress', blocked: null });
      expect(await studio.query('select due_after, avoid_session from tasks')).toEqual([{ due_after: null, avoid_session: null }]);
      expect((await setting.next(daemon, 'implement')).packet.attempt).toBe(1);
    });

    it('success with a newer run at work counts, and the newer one is cancelled', async () => {
      const { setting, daemon, work, other, newer } = await replaced();
      const outcome = produced();
      expect(await daemon.finish(work, outcome)).toEqual({ counted: 'counted' });
      expect(await setting.task()).toMatchObject({ status: 'in_review', head: outcome.head });
      expect(await setting.run(newer.run)).toMatchObject({ status: 'cancelled' });
      expect(other.heard.cancelled.map(({ run }) => run)).toContain(newer.run);
      expect(await other.heartbeat([newer])).toEqual({ invalid: [newer.run], helloNeeded: false });
      expect(await other.finish(newer, produced())).toEqual({ counted: 'evidence' });
      expect((await setting.task()).head).toBe(outcome.head);
    });

    it('failure with a newer run at work is superseded, and the newer one goes on', async () => {
      const { setting, daemon, work, other, newer } = await replaced();
      expect(await daemon.finish(work, crashed)).toEqual({ counted: 'superseded' });
      expect(await setting.run(work.run)).toMatchObject({ status: 'superseded' });
      expect(await setting.run(newer.run)).toMatchObject({ status: 'running' });
      expect(await other.finish(newer, produced())).toEqual({ counted: 'counted' });
    });

    it('after a newer one succeeded is evidence: its run ended with the stage', async () => {
      const { setting, daemon, work, other, newer } = await replaced();
      const counted = produced();
      await other.finish(newer, counted);
      expect(await setting.run(work.run)).toMatchObject({ status: 'cancelled' });
      expect(await daemon.finish(work, produced())).toEqual({ counted: 'evidence' });
      expect(await setting.task()).toMatchObject({ status: 'in_review', head: counted.head });
      expect(await studio.query(`select payload->>'counted' as counted from events where kind = 'run/evidence'`)).toEqual([{ counted: 'evidence' }]);
    });

    it('of a review is superseded when a newer review has an outcome in the same revision', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      const { head } = await setting.implemented(daemon);
      const review = await setting.next(daemon, 'review');
      await setting.loseLease(review.run);
      await setting.endGrace();
      const second = await setting.next(daemon, 'review');
      await daemon.finish(second, judged(head, 'I do not know.'));
      expect((await setting.task()).status).toBe('in_review');
      expect(await daemon.finish(review, judged(head, 'VERDICT: APPROVED'))).toEqual({ counted: 'superseded' });
      const { status, reviews } = await setting.task();
      expect(status).toBe('in_review');
      expect(reviews.map(({ verdict, counted }) => [verdict, counted])).toEqual([['no_verdict', true], ['approved', false]]);
    });

    it('sent again is answered the same, and has one effect', async () => {
      const { setting, daemon, work } = await lost();
      const outcome = produced();
      const opId = newId();
      expect(await daemon.finish(work, outcome, { opId })).toEqual({ counted: 'counted' });
      expect(await daemon.finish(work, outcome, { opId })).toEqual({ counted: 'counted' });
      expect(await daemon.finish(work, outcome)).toEqual({ counted: 'counted' });
      expect(await studio.query(`select count(*)::int as steps from events where kind = 'task/status' and payload->>'because' = 'produced'`)).toEqual([{ steps: 1 }]);
      expect((await setting.task()).status).toBe('in_review');
    });

    it('of a stopped task changes neither run nor task', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      const work = await setting.next(daemon, 'implement');
      expect((await setting.act('Cart', 'stop', { why: 'Wait.' })).body.status).toBe('blocked');
      expect(daemon.heard.cancelled).toEqual([{ run: work.run, why: expect.stringContaining('stopped') as unknown }]);
      expect(await daemon.finish(work, produced())).toEqual({ counted: 'evidence' });
      expect(await setting.task()).toMatchObject({ status: 'blocked', blocked: { code: 'stopped' } });
    });
  });
});
