import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { criticalPathOf, levelsOf } from './levels.js';

const task = (key: string, dependsOn: string[] = [], estimateMinutes?: number) => ({ key, dependsOn, estimateMinutes });

/** Tasks that depend only on earlier ones, in an order of their own. */
const acyclic = fc.array(fc.tuple(fc.array(fc.nat(30), { maxLength: 4 }), fc.option(fc.integer({ min: 1, max: 500 }), { nil: undefined })), { maxLength: 25 }).chain((rows) => {
  const tasks = rows.map(([picks, minutes], index) => task(`t${index}`, index === 0 ? [] : picks.map((pick) => `t${pick % index}`), minutes));
  return fc.shuffledSubarray(tasks, { minLength: tasks.length });
});
const anyGraph = fc.array(fc.array(fc.nat(12), { maxLength: 4 }), { maxLength: 13 }).map((rows) => rows.map((picks, index) => task(`t${index}`, picks.map((pick) => `t${pick}`))));

describe('levelsOf', () => {
  it('puts each task one above the highest it depends on', () => {
    const { levels, levelOf, cycles } = levelsOf([task('c', ['a', 'b']), task('a'), task('d', ['c', 'a', 'a', 'gone']), task('b', ['a'])]);
    expect(levels).toEqual([['a'], ['b'], ['c'], ['d']]);
    expect(levelOf.get('d')).toBe(3);
    expect(cycles).toEqual([]);
  });

  it('holds for every acyclic graph', () => {
    fc.assert(
      fc.property(acyclic, (tasks) => {
        const { levels, levelOf, cycles } = levelsOf(tasks);
        expect(cycles).toEqual([]);
        expect(levels.flat().sort()).toEqual(tasks.map((one) => one.key).sort());
        for (const { key, dependsOn } of tasks) expect(levelOf.get(key)).toBe(Math.max(-1, ...dependsOn.map((dependency) => levelOf.get(dependency)!)) + 1);
      }),
    );
  });

  it('names a real cycle behind every task that cannot start', () => {
    fc.assert(
      fc.property(anyGraph, (tasks) => {
        const { levelOf, cycles } = levelsOf(tasks);
        const dependencies = new Map(tasks.map((one) => [one.key, one.dependsOn]));
        for (const cycle of cycles) cycle.forEach((key, index) => expect(dependencies.get(key)).toContain(cycle[(index + 1) % cycle.length]));
        expect(cycles.flat()).toHaveLength(new Set(cycles.flat()).size);
        const inCycle = new Set(cycles.flat());
        for (const { key } of tasks) {
          if (levelOf.has(key)) continue;
          const reached = new Set([key]);
          for (const one of reached) for (const next of dependencies.get(one) ?? []) if (dependencies.has(next)) reached.add(next);
          expect([...reached].some((one) => inCycle.has(one))).toBe(true);
        }
      }),
    );
  });

  it('copes with a chain of 10^5 tasks, forward and closed to a ring', () => {
    const chain = Array.from({ length: 100_000 }, (_, index) => task(`t${index}`, index === 0 ? [] : [`t${index - 1}`]));
    expect(levelsOf(chain).levels).toHaveLength(100_000);
    expect(criticalPathOf(chain).minutes).toBe(6_000_000);
    expect(levelsOf([task('t0', ['t99999']), ...chain.slice(1)]).cycles[0]).toHaveLength(100_000);
  });
});

describe('criticalPathOf', () => {
  it('takes the longest chain, the default where nothing is estimated', () => {
    expect(criticalPathOf([task('a', [], 10), task('b', ['a'], 100), task('c', ['a']), task('d', ['b', 'c'], 5)])).toEqual({ keys: ['a', 'b', 'd'], minutes: 115 });
    expect(criticalPathOf([task('a'), task('b')])).toEqual({ keys: ['a'], minutes: 60 });
    expect(criticalPathOf([])).toEqual({ keys: [], minutes: 0 });
    expect(criticalPathOf([task('a', ['b']), task('b', ['a'])])).toEqual({ keys: [], minutes: 0 });
  });

  it('is a chain, and no chain is longer', () => {
    fc.assert(
      fc.property(acyclic, (tasks) => {
        const byKey = new Map(tasks.map((one) => [one.key, one]));
        const longest = (key: string): number => (byKey.get(key)!.estimateMinutes ?? 60) + Math.max(0, ...byKey.get(key)!.dependsOn.map(longest));
        const { keys, minutes } = criticalPathOf(tasks);
        expect(minutes).toBe(Math.max(0, ...tasks.map((one) => longest(one.key))));
        expect(keys.reduce((sum, key) => sum + (byKey.get(key)!.estimateMinutes ?? 60), 0)).toBe(minutes);
        keys.slice(1).forEach((key, index) => expect(byKey.get(key)!.dependsOn).toContain(keys[index]));
      }),
      { numRuns: 60 },
    );
  });
});
