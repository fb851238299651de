import type { SessionStatus, WorkerStatus } from '@maestro/protocol';
import { WORKER_ENDS } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { endSentence, seenEvent, stepWorker } from './worker-life.js';

const STATUSES: readonly WorkerStatus[] = ['spawned', 'connected', 'working', 'silent', 'ended'];
const SESSIONS: readonly (SessionStatus | null)[] = [null, 'online', 'stale', 'draining', 'offline'];

/** Every worker that can be looked at: one that said hello has a session, one that did not has none. */
function* lookable() {
  for (const status of STATUSES)
    for (const session of SESSIONS)
      for (const left of [true, false])
        for (const busy of [true, false])
          for (const ageSeconds of [1, 61])
            for (const silentSeconds of [0, 60]) if ((status === 'spawned') === (session === null)) yield { status, session, left, silentSeconds, busy, ageSeconds };
}

describe('a look at a worker', () => {
  it('always leads to a step that the table has, after which another look finds nothing, or its work', () => {
    for (const facts of lookable()) {
      const event = seenEvent(facts);
      if (event === undefined) continue;
      const step = stepWorker(facts.status, event, facts.busy);
      expect(step.changed, JSON.stringify(facts)).toBe(true);
      const again = seenEvent({ ...facts, status: step.to });
      expect(again, `${JSON.stringify(facts)} then ${step.to}`).toBeUndefined();
    }
  });

  it('shows a missed heartbeat as silence, whatever its agent prints', () => {
    expect(seenEvent({ status: 'working', session: 'stale', left: false, busy: true, silentSeconds: 8, ageSeconds: 300 })).toBe('beat_missed');
    expect(seenEvent({ status: 'working', session: 'online', left: false, busy: true, silentSeconds: 8, ageSeconds: 300 })).toBeUndefined();
    expect(seenEvent({ status: 'silent', session: 'offline', left: false, busy: true, silentSeconds: 8, ageSeconds: 300 })).toBeUndefined();
  });

  it('is not shown while a connection is made anew', () => {
    expect(seenEvent({ status: 'working', session: 'stale', left: false, busy: true, silentSeconds: 1, ageSeconds: 300 })).toBeUndefined();
  });

  it('tells one that left from one that is out of reach', () => {
    expect(seenEvent({ status: 'connected', session: 'offline', left: true, busy: false, silentSeconds: 8, ageSeconds: 5 })).toBe('left');
    expect(seenEvent({ status: 'connected', session: 'offline', left: false, busy: false, silentSeconds: 8, ageSeconds: 5 })).toBe('beat_missed');
  });

  it('gives one that never came up after a minute', () => {
    expect(seenEvent({ status: 'spawned', session: null, left: false, busy: false, silentSeconds: 8, ageSeconds: 59 })).toBeUndefined();
    expect(seenEvent({ status: 'spawned', session: null, left: false, busy: false, silentSeconds: 8, ageSeconds: 61 })).toBe('never_came');
  });
});

describe('an end', () => {
  it('is remembered by the event that caused it, and told to the channel except when the whole team ended', () => {
    expect(stepWorker('working', 'killed')).toMatchObject({ to: 'ended', endedBy: 'killed', noteEnd: true });
    expect(stepWorker('working', 'team_closed')).toMatchObject({ to: 'ended', endedBy: 'team_closed', noteEnd: false });
    expect(stepWorker('ended', 'exited')).toMatchObject({ changed: false, endedBy: null });
  });

  it.each(WORKER_ENDS)('by %s is told in a sentence', (end) => {
    expect(endSentence('SHOP dev 1', end, 'Its reason.')).toMatch(/^SHOP dev 1 .*\.$/);
  });
});
