import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from './event-scope.js';
import { indexBehind, RecentEvents } from './recent-events.js';
import type { Position } from './position.js';

const at = (txid: number, seq = 0): Position => ({ txid: String(txid), seq: String(seq) });
const event = (txid: number, seq: number): StoredEvent => ({ position: at(txid, seq), payload: {} }) as StoredEvent;
const places = (found: ReturnType<RecentEvents['after']>) => found?.events.map(({ position }) => Number(position.txid));
const recent = (limits: { readonly events?: number; readonly size?: number } = {}) => new RecentEvents({ events: 100, size: 1_000, sizeOf: () => 1, ...limits });

describe('What was handed out lately', () => {
  it('is there from the first batch on, and not before', () => {
    const kept = recent();
    expect(kept.after(at(10))).toBeUndefined();
    kept.add({ from: at(10), to: at(20), events: [event(11, 1), event(12, 2)] });
    expect(places(kept.after(at(9)))).toBeUndefined();
    expect(places(kept.after(at(10)))).toEqual([11, 12]);
    expect(kept.after(at(11, 1))).toEqual({ events: [event(12, 2)], to: at(20) });
    expect(places(kept.after(at(20)))).toEqual([]);
  });

  it('does not speak of what it has not seen', () => {
    const kept = recent();
    kept.add({ from: at(10), to: at(20), events: [] });
    expect(kept.after(at(20, 1))).toBeUndefined();
  });

  it('forgets the oldest when there are too many', () => {
    const kept = recent({ events: 2 });
    kept.add({ from: at(10), to: at(20), events: [event(11, 1), event(12, 2), event(13, 3)] });
    expect(kept.after(at(10))).toBeUndefined();
    expect(places(kept.after(at(11, 1)))).toEqual([12, 13]);
  });

  it('forgets the oldest when they are too large, and if need be all of them', () => {
    const kept = new RecentEvents({ events: 100, size: 10, sizeOf: ({ position }) => Number(position.seq) });
    kept.add({ from: at(10), to: at(20), events: [event(11, 4), event(12, 6)] });
    kept.add({ from: at(20), to: at(30), events: [event(21, 5)] });
    expect(kept.after(at(11, 4))).toBeUndefined();
    expect(places(kept.after(at(12, 6)))).toEqual([21]);
    kept.add({ from: at(30), to: at(40), events: [event(31, 11)] });
    expect(kept.after(at(21, 5))).toBeUndefined();
    expect(kept.after(at(31, 11))).toEqual({ events: [], to: at(40) });
  });

  test.prop([fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 5 }), { maxLength: 10 }), fc.integer({ min: 1, max: 8 }), fc.nat()])('says all that is behind a position, or nothing', (batches, most, where) => {
    const kept = recent({ events: most });
    const all: StoredEvent[] = [];
    batches.forEach((gaps, number) => {
      const events = gaps.map((_gap, place) => event(number * 10 + place + 1, all.length + place + 1));
      all.push(...events);
      kept.add({ from: at(number * 10), to: at(number * 10 + 10), events });
    });
    const from = at(where % (batches.length * 10 + 1));
    const found = kept.after(from);
    if (found !== undefined) expect(found.events).toEqual(all.filter(({ position }) => Number(position.txid) > Number(from.txid) || (position.txid === from.txid && Number(position.seq) > 0)));
    else expect(batches.length === 0 || all.length > most).toBe(true);
  });
});

describe('The first event behind a position', () => {
  test.prop([fc.uniqueArray(fc.nat({ max: 50 })), fc.nat({ max: 50 })])('is found as by looking at each', (numbers, where) => {
    const events = numbers.toSorted((a, b) => a - b).map((number) => event(number, 0));
    const expected = events.findIndex(({ position }) => Number(position.txid) > where);
    expect(indexBehind(events, at(where), (each) => each)).toBe(expected === -1 ? events.length : expected);
  });
});
