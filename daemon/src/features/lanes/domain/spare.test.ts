import { describe, expect, it } from 'vitest';
import type { SpareEvent } from './spare.js';
import { SPARE_EVENTS, SPARE_TABLE, SpareState, claimOrder, stepSpare } from './spare.js';

const states = Object.values(SpareState);
const pairs = states.flatMap((state) => SPARE_EVENTS.map((event) => [state, event] as const));

describe('a spare lane', () => {
  it.each(pairs)('that is %s, at %s, goes where the table says or nowhere', (state, event) => {
    const next = SPARE_TABLE[state][event];
    if (next === undefined) expect(() => stepSpare(state, event)).toThrow('spare_transition');
    else expect(stepSpare(state, event)).toBe(next);
  });

  it('becomes ready by a proof alone, and a task\'s from ready alone', () => {
    const leading = (to: string) => pairs.filter(([state, event]) => SPARE_TABLE[state][event] === to);
    expect(leading('ready')).toEqual([['preparing', 'prepared'], ['recycling', 'proven']]);
    expect(leading('claimed')).toEqual([['ready', 'claimed']]);
  });

  it('never comes back once it is discarded, and can be discarded wherever it stands still', () => {
    expect(SPARE_TABLE.discarded).toEqual({});
    const out: Readonly<Record<string, SpareEvent>> = { preparing: 'failed', ready: 'evicted', claimed: 'failed', recycling: 'evicted' };
    for (const [state, event] of Object.entries(out)) expect(stepSpare(state as SpareState, event)).toBe('discarded');
  });

  it('is chosen by its commit, then by its age', () => {
    const spare = (id: string, commit: string, madeAt: number) => ({ id, commit, madeAt });
    const spares = [spare('old', 'x', 1), spare('new', 'x', 2), spare('right', 'wanted', 0)];
    expect(claimOrder(spares, 'wanted').map(({ id }) => id)).toEqual(['right', 'new', 'old']);
    expect(claimOrder([], 'wanted')).toEqual([]);
  });
});
