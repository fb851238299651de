import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { LifeEffect, LifeEvent, RunLife } from './run-life.js';
import { heldState, nextLife, occupiesSlot } from './run-life.js';

const yielded: LifeEvent = { kind: 'work_ended', end: { kind: 'outcome', outcome: { kind: 'yielded' } } };
const EVENTS: readonly LifeEvent[] = [
  { kind: 'started' },
  { kind: 'push_granted' },
  yielded,
  { kind: 'work_ended', end: { kind: 'wait', reason: 'human', question: 'Which?' } },
  { kind: 'stop_ordered', why: 'cancelled' },
  { kind: 'stop_ordered', why: 'superseded' },
  { kind: 'hold_ordered', reason: 'plan' },
  { kind: 'overdue', why: 'timed_out', minutes: 60 },
  { kind: 'overdue', why: 'stalled', minutes: 10 },
  { kind: 'offline_too_long', minutes: 30 },
  { kind: 'leaving' },
  { kind: 'halted' },
  { kind: 'saved', head: undefined },
  { kind: 'acknowledged' },
];

const CLAIMED: RunLife = { kind: 'claimed' };
function play(...events: readonly LifeEvent[]): { life: RunLife; effects: LifeEffect[] } {
  let life = CLAIMED as RunLife;
  const effects: LifeEffect[] = [];
  for (const event of events) {
    const step = nextLife(life, event);
    life = step.life;
    effects.push(...step.effects);
  }
  return { life, effects };
}
const kinds = (effects: readonly LifeEffect[]) => effects.map((effect) => effect.kind);

describe('the life of a run', () => {
  it('reports its outcome once and leaves when it is acknowledged', () => {
    const { life, effects } = play({ kind: 'started' }, yielded, { kind: 'acknowledged' });
    expect(life).toEqual({ kind: 'gone' });
    expect(kinds(effects)).toEqual(['free_slot', 'owe_finish', 'settle']);
  });

  it('a cancelled run frees its place when its processes are dead, is saved, and reports nothing', () => {
    const { life, effects } = play({ kind: 'started' }, { kind: 'stop_ordered', why: 'cancelled' }, { kind: 'halted' }, { kind: 'saved', head: undefined });
    expect(life).toEqual({ kind: 'gone' });
    expect(kinds(effects)).toEqual(['interrupt', 'free_slot', 'save', 'settle']);
    expect(effects.at(-1)).toEqual({ kind: 'settle', how: 'stopped' });
  });

  it('held: saves, then waits with the reason and what was saved', () => {
    const { life, effects } = play({ kind: 'started' }, { kind: 'hold_ordered', reason: 'budget' }, { kind: 'halted' }, { kind: 'saved', head: 'abc' });
    expect(life).toEqual({ kind: 'waiting' });
    expect(effects.at(-1)).toEqual({ kind: 'owe_wait', waiting: { reason: 'budget', head: 'abc' } });
  });

  it('nothing stops a run that was granted a push; only its end counts', () => {
    const pushing = play({ kind: 'started' }, { kind: 'push_granted' }).life;
    for (const event of EVENTS.filter(({ kind }) => ['stop_ordered', 'hold_ordered', 'overdue', 'offline_too_long', 'leaving'].includes(kind))) {
      expect(nextLife(pushing, event)).toEqual({ life: pushing, effects: [] });
    }
    expect(nextLife(pushing, yielded).life).toEqual({ kind: 'ended' });
  });

  it('finished work is not thrown away by a stop that comes later', () => {
    const ended = play({ kind: 'started' }, yielded).life;
    expect(nextLife(ended, { kind: 'stop_ordered', why: 'superseded' })).toEqual({ life: ended, effects: [] });
  });

  it('work that ended in the moment it was held counts', () => {
    const { life, effects } = play({ kind: 'started' }, { kind: 'hold_ordered', reason: 'plan' }, yielded);
    expect(life).toEqual({ kind: 'ended' });
    expect(kinds(effects)).toEqual(['interrupt', 'free_slot', 'owe_finish']);
  });

  it('a cancel during a hold wins', () => {
    const { effects } = play({ kind: 'started' }, { kind: 'hold_ordered', reason: 'plan' }, { kind: 'stop_ordered', why: 'cancelled' }, { kind: 'halted' }, { kind: 'saved', head: 'abc' });
    expect(effects.at(-1)).toEqual({ kind: 'settle', how: 'stopped' });
  });

  it('a daemon that leaves gives its runs back without costing an attempt', () => {
    const { effects } = play({ kind: 'started' }, { kind: 'leaving' }, { kind: 'halted' }, { kind: 'saved', head: 'abc' });
    expect(effects.at(-1)).toEqual({ kind: 'owe_finish', outcome: { kind: 'yielded', head: 'abc' } });
  });

  it('tells a hello what it still holds', () => {
    expect(heldState(CLAIMED)).toBe('claimed');
    expect(heldState(play({ kind: 'started' }).life)).toBe('running');
    expect(heldState(play(yielded).life)).toBe('ended');
    expect(heldState(play({ kind: 'stop_ordered', why: 'cancelled' }).life)).toBeUndefined();
    expect(heldState(play({ kind: 'leaving' }).life)).toBe('running');
  });

  test.prop([fc.array(fc.constantFrom(...EVENTS), { maxLength: 40 })])('whatever comes in whatever order: at most one report, one freed place, one settlement, and none after it is gone', (events) => {
    let life: RunLife = nextLife(CLAIMED, { kind: 'acknowledged' }).life;
    const seen: LifeEffect[] = [];
    for (const event of events) {
      const before = life;
      const step = nextLife(life, event);
      if (before.kind === 'gone') expect(step).toEqual({ life: before, effects: [] });
      expect(occupiesSlot(step.life) && !occupiesSlot(before)).toBe(false);
      if (occupiesSlot(before) && !occupiesSlot(step.life)) expect(kinds(step.effects)).toContain('free_slot');
      life = step.life;
      seen.push(...step.effects);
    }
    const count = (kind: LifeEffect['kind']) => seen.filter((effect) => effect.kind === kind).length;
    expect(count('free_slot')).toBeLessThanOrEqual(1);
    expect(count('interrupt')).toBeLessThanOrEqual(1);
    expect(count('settle')).toBeLessThanOrEqual(1);
    expect(count('owe_finish') + count('owe_wait')).toBeLessThanOrEqual(1);
  });
});
