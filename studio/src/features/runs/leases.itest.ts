import { afterEach, describe, expect, it } from 'vitest';
import { newId } from '../../platform/ids/index.js';
import { describeStudioOnBoth } from '../../test-support/index.js';
import { produced } from '../../test-support/fake-daemon.js';
import type { FakeDaemon, Work } from '../../test-support/fake-daemon.js';
import { Setting } from '../../test-support/setting.js';
import type { SettingOptions } from '../../test-support/setting.js';

describeStudioOnBoth('Leases and epochs', (studio) => {
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

  describe('a lease', () => {
    it('is renewed by a heartbeat, for the holder alone and under its epoch alone', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      const other = await setting.daemon({ name: 'bob', capacity: 0 });
      const work = await setting.next(daemon, 'implement');
      const until = async () => (await setting.run(work.run)).leaseUntil!;
      const before = await until();
      expect(await daemon.heartbeat([work])).toEqual({ invalid: [], helloNeeded: false });
      const renewed = await until();
      expect(renewed > before).toBe(true);
      expect(await daemon.heartbeat([{ ...work, epoch: 0 }])).toEqual({ invalid: [work.run], helloNeeded: false });
      expect(await other.heartbeat([work])).toEqual({ invalid: [work.run], helloNeeded: false });
      expect(await daemon.heartbeat([{ run: newId(), epoch: 1 }])).toMatchObject({ helloNeeded: false });
      expect(await until()).toBe(renewed);
    });

    it('that ran out makes the run lost, and its stage waits out the grace', async () => {
      const { setting, daemon, work } = await lost();
      await setting.dispatch();
      expect(await daemon.offers()).toEqual([]);
      expect((await setting.owner.client.get(`tasks/${setting.taskId('Cart')}/why`)).body).toMatchObject({ waitingFor: [expect.stringMatching(/ada was lost/)] });
      await setting.endGrace();
      await setting.dispatch();
      const [next] = await daemon.offers();
      expect(next).not.toBe(work.run);
      expect((await setting.run(next!)).attempt).toBe(1);
    });

    it('that is renewed between the look and the lock is not lost', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      const work = await setting.next(daemon, 'implement');
      await studio.query(`update runs set lease_until = now() - interval '1 second'`);
      await Promise.all([setting.sweep(), daemon.heartbeat([work])]);
      const { status } = await setting.run(work.run);
      const answer = await daemon.heartbeat([work]);
      expect(answer).toEqual(status === 'lost' ? { invalid: [], helloNeeded: true } : { invalid: [], helloNeeded: false });
    });

    it('of a lost run cannot be renewed: the daemon is asked to say hello, which brings the run back', async () => {
      const { daemon, work } = await lost();
      expect(await daemon.heartbeat([work])).toEqual({ invalid: [], helloNeeded: true });
    });
  });

  describe('a hello', () => {
    it('brings a lost run back under a new epoch', async () => {
      const { setting, daemon, work } = await lost();
      const { runs } = await daemon.hello([{ run: work.run as never, epoch: 1, state: 'running' }]);
      expect(runs).toEqual([{ run: work.run, decision: 'continue', epoch: 2 }]);
      expect(await setting.run(work.run)).toMatchObject({ status: 'running', epoch: 2 });
      expect(await daemon.heartbeat([{ ...work, epoch: 2 }])).toEqual({ invalid: [], helloNeeded: false });
      await expect(daemon.start(work)).rejects.toMatchObject({ code: 'stale_epoch' });
      expect(await daemon.finish({ ...work, epoch: 2 }, produced())).toEqual({ counted: 'counted' });
    });

    it('after a broken link renews what is held', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      const work = await setting.next(daemon, 'implement');
      daemon.cut();
      await daemon.connect([{ run: work.run as never, epoch: 1, state: 'running' }]);
      expect(daemon.welcome?.runs).toEqual([{ run: work.run, decision: 'continue', epoch: 2 }]);
    });

    it('stops what another run has taken up', async () => {
      const { setting, daemon, work, newer } = await replaced();
      const { runs } = await daemon.hello([{ run: work.run as never, epoch: 1, state: 'running' }]);
      expect(runs).toMatchObject([{ run: work.run, decision: 'stop' }]);
      expect(await setting.run(work.run)).toMatchObject({ status: 'superseded' });
      expect(await setting.run(newer.run)).toMatchObject({ status: 'running' });
    });

    it('stops what the task no longer wants, and what was never given', async () => {
      const { setting, daemon, work } = await lost();
      await setting.act('Cart', 'cancel');
      const stranger = newId();
      const { runs } = await daemon.hello([{ run: work.run as never, epoch: 1, state: 'running' }, { run: stranger as never, epoch: 1, state: 'running' }, { run: work.run as never, epoch: 7, state: 'running' }]);
      expect(runs.map(({ decision }) => decision)).toEqual(['stop', 'stop', 'stop']);
    });

    it('asks for the outcome of what has ended there', async () => {
      const { daemon, work } = await lost();
      expect((await daemon.hello([{ run: work.run as never, epoch: 1, state: 'ended' }])).runs).toEqual([{ run: work.run, decision: 'report' }]);
      expect(await daemon.finish(work, produced())).toEqual({ counted: 'counted' });
    });

    it('without a run that the machine should have makes it lost at once, and its stage due', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      const work = await setting.next(daemon, 'implement');
      daemon.cut();
      await daemon.connect([]);
      expect(await setting.run(work.run)).toMatchObject({ status: 'lost' });
      await setting.dispatch();
      expect(await daemon.offers()).toHaveLength(1);
    });

    it('without a lost run ends its grace', async () => {
      const { setting, daemon } = await lost();
      await daemon.hello([]);
      await setting.dispatch();
      expect(await daemon.offers()).toHaveLength(1);
    });

    it('implies a start that was reported and lost on the way', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      await setting.dispatch();
      const work = await daemon.claim((await daemon.offers())[0]!);
      daemon.cut();
      await daemon.connect([{ run: work.run as never, epoch: 1, state: 'running' }]);
      expect(await setting.task()).toMatchObject({ status: 'in_progress', runs: 1 });
      expect(await setting.run(work.run)).toMatchObject({ status: 'running', epoch: 2 });
    });
  });

  describe('losing', () => {
    it('again and again blocks the task, and the run that comes back alive unblocks it', async () => {
      const { setting, daemon, work } = await lost({ policy: { maxLost: 1 } });
      expect(await setting.task()).toMatchObject({ status: 'blocked', blocked: { code: 'runs_exhausted', from: 'in_progress' } });
      await daemon.hello([{ run: work.run as never, epoch: 1, state: 'running' }]);
      expect(await setting.task()).toMatchObject({ status: 'in_progress', blocked: null });
    });

    it('costs no attempt', async () => {
      const { setting, daemon } = await lost({ policy: { maxAttempts: 1 } });
      await setting.endGrace();
      expect((await setting.next(daemon, 'implement')).packet.attempt).toBe(1);
    });
  });

  describe('an outage of the studio', () => {
    it('gives every lease its time again, and nothing is swept before machines could report', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      const work = await setting.next(daemon, 'implement');
      await studio.query(`update runs set lease_until = now() - interval '10 minutes'`);
      await studio.query(`update studio_watch set beat_at = now() - interval '10 minutes'`);
      await studio.tick('runs.lease-sweep');
      const [extended] = await studio.query<{ seconds: number }>('select extract(epoch from lease_until - clock_timestamp())::float8 as seconds from runs');
      expect(extended?.seconds).toBeGreaterThan(50);
      expect(await setting.run(work.run)).toMatchObject({ status: 'running' });
      // One lease time is listened, whatever has expired meanwhile.
      await studio.query(`update runs set lease_until = now() - interval '1 second'`);
      await setting.sweep();
      expect(await setting.run(work.run)).toMatchObject({ status: 'running' });
      await studio.query(`update studio_watch set listen_until = now()`);
      await setting.sweep();
      expect(await setting.run(work.run)).toMatchObject({ status: 'lost' });
    });

    it('is what a clock of the database that is set looks like, forward or back: no lease runs out by it, and none is there for longer', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      const work = await setting.next(daemon, 'implement');
      for (const shift of ['10 minutes', '-10 minutes']) {
        await studio.query(`update runs set lease_until = lease_until - interval '${shift}'`);
        await studio.query(`update studio_watch set beat_at = beat_at - interval '${shift}', listen_until = listen_until - interval '${shift}'`);
        await studio.tick('runs.lease-sweep');
        expect(await setting.run(work.run)).toMatchObject({ status: 'running', epoch: 1 });
        const [left] = await studio.query<{ lease: number; silence: number }>(
          'select extract(epoch from lease_until - clock_timestamp())::float8 as lease, extract(epoch from listen_until - clock_timestamp())::float8 as silence from runs, studio_watch where runs.id = $1',
          [work.run],
        );
        expect(left?.lease).toBeGreaterThan(0);
        expect(left?.lease).toBeLessThan(120);
        expect(left?.silence).toBeLessThan(60);
      }
      await studio.query(`update studio_watch set listen_until = now()`);
      await setting.loseLease(work.run);
      expect(await setting.run(work.run)).toMatchObject({ status: 'lost' });
    });

    it('is seen once by several studios that start together', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      await setting.next(daemon, 'implement');
      await studio.query(`update studio_watch set beat_at = now() - interval '10 minutes'`);
      const seen = () => studio.log.match(/no studio was there for a while/g)?.length ?? 0;
      const before = seen();
      await Promise.all(Array.from({ length: 6 }, () => studio.tick('sessions.studio-beat')));
      expect(seen() - before).toBe(1);
      const [watch] = await studio.query<{ gap: number }>('select extract(epoch from clock_timestamp() - beat_at)::float8 as gap from studio_watch');
      expect(watch?.gap).toBeLessThan(5);
    });

    it('is no outage while another studio beats', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      const work = await setting.next(daemon, 'implement');
      await setting.loseLease(work.run);
      expect(await setting.run(work.run)).toMatchObject({ status: 'lost' });
    });
  });
});
