import { describe, expect, it } from 'vitest';
import { sessionEvents, SessionStatus } from '@maestro/protocol';
import type { SessionEvent } from '@maestro/protocol';
import { silenceEvent, stepSession } from './liveness.js';

describe('silence', () => {
  it.each([
    ['online', 7, undefined], ['online', 8, 'heartbeat_missed'], ['online', 16, 'lease_over'],
    ['stale', 8, undefined], ['stale', 16, 'lease_over'],
    ['draining', 8, undefined], ['draining', 16, 'lease_over'],
    ['offline', 1_000, undefined],
  ] as const)('%s for %d s with a beat of 5 s: %s', (status, silent, event) => {
    expect(silenceEvent(status, silent, 5)).toBe(event);
  });
});

describe('a step', () => {
  it('is never refused, whatever happens', () => {
    for (const status of Object.values(SessionStatus)) for (const event of Object.keys(sessionEvents) as SessionEvent[]) expect(() => stepSession(status, event)).not.toThrow();
  });

  it('brings an offline session back by hello, and not by a heartbeat', () => {
    expect(stepSession('offline', 'hello')).toMatchObject({ to: 'online', changed: true });
    expect(stepSession('offline', 'heartbeat')).toMatchObject({ to: 'offline', changed: false });
  });
});
