import { describe, expect, it } from 'vitest';
import type { Observation } from './watch.js';
import { alarmOf } from './watch.js';

const policy = { runTimeoutMinutes: 60, stallMinutes: 10, offlineMinutes: 30 };
const minutes = (count: number) => count * 60_000;
type Agent = NonNullable<Observation['agent']>;
const seen = ({ agent, ...more }: { runningMs?: number; fencedMs?: number; agent?: Partial<Agent> }) =>
  alarmOf({ runningMs: 0, fencedMs: 0, ...more, agent: agent === undefined ? undefined : { idleMs: 0, busyWithTool: false, manual: false, ...agent } }, policy);

describe('alarmOf', () => {
  it('ends what takes too long, is silent for too long, or was cut off for too long', () => {
    expect(seen({ runningMs: minutes(60) })).toEqual({ kind: 'overdue', why: 'timed_out', minutes: 60 });
    expect(seen({ agent: { idleMs: minutes(10) } })).toEqual({ kind: 'overdue', why: 'stalled', minutes: 10 });
    expect(seen({ fencedMs: minutes(30) })).toEqual({ kind: 'offline_too_long', minutes: 30 });
    expect(seen({ runningMs: minutes(59), fencedMs: minutes(29), agent: { idleMs: minutes(9) } })).toBeUndefined();
  });

  it('a tool that works is no stall', () => {
    expect(seen({ agent: { idleMs: minutes(50), busyWithTool: true } })).toBeUndefined();
  });

  it('a person has all the time they need, but not without the studio', () => {
    expect(seen({ runningMs: minutes(600), agent: { idleMs: minutes(600), manual: true } })).toBeUndefined();
    expect(seen({ fencedMs: minutes(30), agent: { manual: true } })?.kind).toBe('offline_too_long');
  });

  it('without an agent at work only the whole time counts', () => {
    expect(seen({ runningMs: minutes(30) })).toBeUndefined();
  });
});
