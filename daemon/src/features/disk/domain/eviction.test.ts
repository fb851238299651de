import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Holding, HoldingKind } from './eviction.js';
import { EVICTION_ORDER, HoldingKind as Kinds, SETTLES_MS, TIES, allowUnpushed, chooseEvictions, protectionOf } from './eviction.js';

const NOW = 1_000_000_000_000;
const LONG_AGO = NOW - 365 * 86_400_000;
const holding = (kind: HoldingKind, more: Partial<Holding> = {}): Holding => ({ kind, id: kind, bytes: 100, usedAt: LONG_AGO, live: false, ...more });
const kinds = Object.values(Kinds);

const anyHolding = fc.record({
  kind: fc.constantFrom(...kinds),
  id: fc.uuid(),
  bytes: fc.nat(1_000),
  usedAt: fc.integer({ min: LONG_AGO, max: NOW }),
  live: fc.boolean(),
  ties: fc.subarray([...TIES]),
});

describe('what is removed when there is too little room', () => {
  it('is nothing while everything fits', () => {
    expect(chooseEvictions(kinds.map((kind) => holding(kind)), 100 * kinds.length, NOW)).toMatchObject({ evict: [], short: 0 });
  });

  it('comes in the order of what it costs to do without, and ends with what must stay', () => {
    const { evict, left, short } = chooseEvictions([...kinds].reverse().map((kind) => holding(kind)), 0, NOW);
    expect(evict.map(({ kind }) => kind)).toEqual(EVICTION_ORDER);
    expect([left, short]).toEqual([200, 200]);
  });

  it('is the least recently used of a kind first', () => {
    const lanes = [holding('lane', { id: 'new', usedAt: LONG_AGO + 2 }), holding('lane', { id: 'old', usedAt: LONG_AGO }), holding('lane', { id: 'middle', usedAt: LONG_AGO + 1 })];
    expect(chooseEvictions(lanes, 150, NOW).evict.map(({ id }) => id)).toEqual(['old', 'middle']);
  });

  it.each(kinds)('is never a %s that is live', (kind) => {
    expect(chooseEvictions([holding(kind, { live: true })], 0, NOW).evict).toEqual([]);
  });

  it.each(Object.entries(SETTLES_MS))('is a %s only when it was not of use for %i ms', (kind, settles) => {
    const of = (age: number) => protectionOf(holding(kind as HoldingKind, { usedAt: NOW - age }), NOW);
    expect(of(settles)).toBeUndefined();
    if (settles > 0) expect(of(settles - 1)).toBe('recent');
  });

  it('is never the only copy of something', () => {
    expect(protectionOf(holding('folder'), NOW)).toBe('only_copy');
  });

  it.each(['snapshot', 'vault'] as const)('is a %s only when nothing ties it, whatever else', (kind) => {
    fc.assert(
      fc.property(fc.subarray([...TIES]), fc.boolean(), fc.boolean(), (ties, live, recent) => {
        const said = protectionOf(holding(kind, { ties, live, usedAt: recent ? NOW : LONG_AGO }), NOW);
        expect(said).toBe(live ? 'live' : (TIES.find((each) => ties.includes(each)) ?? (recent ? 'recent' : undefined)));
      }),
    );
  });

  it('is a snapshot before the vault it is in, and both before the lane of an open task', () => {
    expect(chooseEvictions([holding('lane'), holding('vault'), holding('snapshot')], 0, NOW).evict.map(({ kind }) => kind)).toEqual(['snapshot', 'vault', 'lane']);
  });

  it('is as little as will do, and never anything protected', () => {
    fc.assert(
      fc.property(fc.array(anyHolding, { maxLength: 30 }), fc.nat(10_000), (holdings, budget) => {
        const { evict, left, short } = chooseEvictions(holdings, budget, NOW);
        const total = holdings.reduce((sum, { bytes }) => sum + bytes, 0);
        expect(left).toBe(total - evict.reduce((sum, { bytes }) => sum + bytes, 0));
        expect(short).toBe(Math.max(0, left - budget));
        for (const each of evict) expect(protectionOf(each, NOW)).toBeUndefined();
        // Without the last one it would not have been enough.
        if (evict.length > 0) expect(left + (evict.at(-1)?.bytes ?? 0)).toBeGreaterThan(budget);
        if (short > 0) expect(evict).toHaveLength(holdings.filter((each) => each.bytes > 0 && protectionOf(each, NOW) === undefined).length);
      }),
    );
  });
});

describe('what a person may allow', () => {
  const before = LONG_AGO + 1;
  const protection = (more: Partial<Holding>, kind: HoldingKind = 'snapshot') => allowUnpushed([holding(kind, more)], before).map((each) => protectionOf(each, NOW))[0];

  it.each([
    ['an old snapshot that the remote has not goes', { ties: ['unpushed'] }, undefined],
    ['a younger one stays', { ties: ['unpushed'], usedAt: before }, 'unpushed'],
    ['the newest of open work stays', { ties: ['newest', 'unpushed'] }, 'newest'],
    ['what gives no room back stays', { ties: ['borrowed', 'unpushed'] }, 'borrowed'],
  ] as const)('%s', (_title, more, expected) => {
    expect(protection(more)).toBe(expected);
  });

  it('is never a vault', () => {
    expect(protection({ ties: ['unpushed'] }, 'vault')).toBe('unpushed');
  });
});
