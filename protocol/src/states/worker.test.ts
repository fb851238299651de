import { describe, expect, it } from 'vitest';
import { transition } from './table.js';
import type { WorkerEvent, WorkerStatus } from './worker.js';
import { WORKER_ENDS, workerEvents, workerTable } from './worker.js';

const step = (state: WorkerStatus, event: WorkerEvent, busy = false) => transition(workerTable, { state }, event, event === 'heard' ? { busy } : ({} as never));

describe('the life of a worker', () => {
  it('goes from being spawned to work and back to rest', () => {
    expect(step('spawned', 'admitted')).toMatchObject({ to: 'connected' });
    expect(step('connected', 'began')).toMatchObject({ to: 'working' });
    expect(step('working', 'rested')).toMatchObject({ to: 'connected' });
  });

  it('is silent only for missed heartbeats, and comes back as what it is then', () => {
    expect(step('working', 'beat_missed')).toMatchObject({ to: 'silent' });
    expect(step('silent', 'heard', true)).toMatchObject({ to: 'working' });
    expect(step('silent', 'heard', false)).toMatchObject({ to: 'connected' });
  });

  it('ends in every listed way from somewhere, and by no other event', () => {
    const ending = Object.keys(workerEvents).filter((event) =>
      (['spawned', 'connected', 'working', 'silent'] as const).some((state) => {
        const outcome = step(state, event as WorkerEvent);
        return outcome.kind === 'moved' && outcome.to === 'ended';
      }),
    );
    expect(ending.sort()).toEqual([...WORKER_ENDS].sort());
  });

  it('never lives again', () => {
    for (const event of Object.keys(workerEvents) as WorkerEvent[]) {
      for (const busy of [true, false]) expect(step('ended', event, busy)).toMatchObject({ kind: 'moved', to: 'ended', changed: false });
    }
  });

  it('can be killed, exit, and lose its team whatever it does', () => {
    for (const state of ['spawned', 'connected', 'working', 'silent'] as const) {
      for (const event of ['exited', 'killed', 'team_closed'] as const) expect(step(state, event)).toMatchObject({ to: 'ended' });
    }
  });
});
