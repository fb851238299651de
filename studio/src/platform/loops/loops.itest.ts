import { expect, it } from 'vitest';
import { describeOnBoth, waitFor } from '../../test-support/index.js';
import type { Log } from '../logging/index.js';
import { Metrics } from '../metrics/index.js';
import { LoopLeasesRepository } from './loop-leases.repository.js';
import { LoopRunner } from './loop-runner.js';
import type { Loop } from './loop.js';

describeOnBoth('Loops', (db) => {
  const errors: unknown[] = [];
  const log = { error: (fields: { err: unknown }) => errors.push(fields.err) } as unknown as Log;
  /** One studio process, as far as loops can tell. */
  const studio = () => new LoopRunner(db.database, new LoopLeasesRepository(), log, { autostart: true }, new Metrics());
  const loop = (name: string, tick: Loop['tick'], some: Partial<Loop> = {}): Loop => ({ name, intervalMs: 60_000, runsOn: 'every', tick, ...some });

  it('tick at the start, at each interval, and when woken; never twice at once', async () => {
    const runner = studio();
    let ticks = 0;
    let inside = 0;
    let most = 0;
    const slow = loop('test.slow', async () => {
      most = Math.max(most, (inside += 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside -= 1;
      ticks += 1;
    });
    runner.register(slow);
    runner.register(loop('test.fast', () => Promise.resolve(void (ticks += 100)), { intervalMs: 5 }));
    runner.onApplicationBootstrap();
    await waitFor('the first tick and some intervals', () => ticks % 100 >= 1 && ticks >= 300);
    for (let n = 0; n < 20; n += 1) runner.wake('test.slow');
    await runner.beforeApplicationShutdown();
    expect(most).toBe(1);
    const after = ticks;
    runner.wake('test.slow');
    await new Promise((resolve) => setImmediate(resolve));
    expect(ticks).toBe(after);
  });

  it('do not lose a wake-up that comes during a tick', async () => {
    const runner = studio();
    let pending = 0;
    let done = 0;
    runner.register(
      loop('test.drain', async () => {
        const seen = pending;
        await new Promise((resolve) => setImmediate(resolve));
        done = seen;
      }),
    );
    runner.onApplicationBootstrap();
    for (pending = 1; pending < 100; pending += 1) {
      runner.wake('test.drain');
      if (pending % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await waitFor('the last one', () => done >= 99);
    await runner.beforeApplicationShutdown();
  });

  it('that rest after a tick make one of all the wakes meanwhile, and none is lost', async () => {
    const runner = studio();
    let pending = 0;
    let seen = 0;
    let ticksOfLong = 0;
    runner.register(loop('test.resting', () => Promise.resolve(void (seen = pending)), { restMs: 20 }));
    runner.register(loop('test.resting-long', () => Promise.resolve(void (ticksOfLong += 1)), { restMs: 60_000 }));
    runner.onApplicationBootstrap();
    await waitFor('the first ticks', () => ticksOfLong > 0);
    for (pending = 1; pending < 100; pending += 1) {
      runner.wake('test.resting');
      runner.wake('test.resting-long');
      await new Promise((resolve) => setImmediate(resolve));
    }
    runner.wake('test.resting');
    await waitFor('the last wake', () => seen === 100);
    expect(ticksOfLong).toBe(1);
    await runner.beforeApplicationShutdown();
  });

  it('go on after a tick that fails', async () => {
    const runner = studio();
    let ticks = 0;
    runner.register(
      loop('test.failing', () => {
        ticks += 1;
        return ticks === 1 ? Promise.reject(new Error('made up')) : Promise.resolve();
      }, { intervalMs: 5 }),
    );
    runner.onApplicationBootstrap();
    await waitFor('the second tick', () => ticks >= 2);
    await runner.beforeApplicationShutdown();
    expect(errors.splice(0)).toMatchObject([{ message: 'made up' }]);
  });

  it('that must run once run in one studio, and in the next when that one stops', async () => {
    const [a, b] = [studio(), studio()];
    const ticks: string[] = [];
    a.register(loop('test.one', () => Promise.resolve(void ticks.push('a')), { runsOn: 'one', intervalMs: 10 }));
    b.register(loop('test.one', () => Promise.resolve(void ticks.push('b')), { runsOn: 'one', intervalMs: 10 }));
    a.onApplicationBootstrap();
    await waitFor('a to lead', () => ticks.length > 0);
    b.onApplicationBootstrap();
    await waitFor('a to go on', () => ticks.length > 10);
    expect(new Set(ticks)).toEqual(new Set(['a']));
    await a.beforeApplicationShutdown();
    await waitFor('b to take over at once', () => ticks.includes('b'), 2_000);
    await b.beforeApplicationShutdown();
    expect(ticks.lastIndexOf('a')).toBeLessThan(ticks.indexOf('b'));
  });

  it('that must run once move on when their studio dies, and stop a tick whose lease is gone', async () => {
    const [dead, heir] = [studio(), studio()];
    let aborted = false;
    let ticks = 0;
    const forever: Loop['tick'] = (signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          resolve();
        });
      });
    dead.register(loop('test.heir', forever, { runsOn: 'one', intervalMs: 10 }));
    heir.register(loop('test.heir', () => Promise.resolve(void (ticks += 1)), { runsOn: 'one', intervalMs: 10 }));
    dead.onApplicationBootstrap();
    await waitFor('the first to lead', async () => (await db.query('select from loop_leases')).length === 1);
    // As if its lease had run out long ago: the database's clock decides, not either process's.
    await db.query(`update loop_leases set expires_at = now() - interval '1 second'`);
    heir.onApplicationBootstrap();
    await waitFor('the heir to lead', () => ticks > 0);
    await waitFor('the first to notice at its next renewal', () => aborted);
    await Promise.all([dead.beforeApplicationShutdown(), heir.beforeApplicationShutdown()]);
  });

  it('have names of their own', () => {
    const runner = studio();
    runner.register(loop('test.same', () => Promise.resolve()));
    expect(() => runner.register(loop('test.same', () => Promise.resolve()))).toThrow('loops.name_taken');
    expect(() => runner.wake('test.other')).toThrow('loops.unknown');
  });
});
