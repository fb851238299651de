import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { pick, randomOf } from './random.js';
import { MUTATING, describeFault, scheduleOf } from './schedule.js';
import type { FaultKind, ScheduleOptions } from './schedule.js';

const KINDS: readonly FaultKind[] = ['kill_studio', 'swallow', 'cut', 'half_open', 'mangle', 'crash', 'freeze', 'crash_database', 'crash_redis'];
const OPTIONS: ScheduleOptions = { machines: 3, faults: 12, kinds: KINDS, points: ['run/finish:committed', 'transaction:commit'], leaseMs: 1_500, withinSteps: 400 };

describe('a schedule', () => {
  it('is the same for the same seed, and another for another', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
      expect(scheduleOf(seed, OPTIONS)).toEqual(scheduleOf(seed, OPTIONS));
      expect(scheduleOf(seed, OPTIONS)).not.toEqual(scheduleOf(seed + 1, OPTIONS));
    }), { numRuns: 50 });
  });

  it('stands in the order of its steps, within the bounds, and names machines that are there', () => {
    fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 8 }), (seed, machines) => {
      const schedule = scheduleOf(seed, { ...OPTIONS, machines });
      expect(schedule.map(({ step }) => step)).toEqual(schedule.map(({ step }) => step).sort((a, b) => a - b));
      for (const { step, fault } of schedule) {
        expect(step).toBeLessThanOrEqual(OPTIONS.withinSteps);
        if ('machine' in fault) expect(fault.machine).toBeLessThan(machines);
      }
    }), { numRuns: 50 });
  });

  it('comes to every kind of fault', () => {
    const kinds = new Set(Array.from({ length: 20 }, (_, seed) => scheduleOf(seed, OPTIONS)).flat().map(({ fault }) => fault.kind));
    expect([...kinds].sort()).toEqual([...KINDS].sort());
  });

  it('is read by people', () => {
    expect(describeFault({ step: 7, fault: { kind: 'swallow', machine: 1, method: 'run/finish' } })).toBe('step 7: swallow machine=1 method=run/finish');
  });

  it('knows the methods that change something from the registry', () => {
    expect(MUTATING).toContain('run/finish');
    expect(MUTATING).not.toContain('session/heartbeat');
  });
});

describe('random numbers of a seed', () => {
  it('are spread over [0, 1)', () => {
    const numbers = Array.from({ length: 1_000 }, randomOf(7));
    expect(Math.min(...numbers)).toBeLessThan(0.01);
    expect(Math.max(...numbers)).toBeGreaterThan(0.99);
    expect(Math.max(...numbers)).toBeLessThan(1);
  });

  it('pick from what there is, and from nothing nothing', () => {
    expect(pick(() => 0.999, ['a', 'b'])).toBe('b');
    expect(() => pick(() => 0, [])).toThrow(RangeError);
  });
});
