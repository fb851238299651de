import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRUNE_EVERY_MS, PRUNE_GRACE_MS, isPruneDue, planCarryOver, planCopy } from './prune.js';

const NOW = 1_700_000_000_000;
const last = (age: number, more: { fingerprint?: string; waits?: boolean } = {}) => ({ at: NOW - age, fingerprint: 'same', waits: false, ...more });

describe('a prune is due', () => {
  const due = (before: ReturnType<typeof last> | undefined, force = false) => isPruneDue({ now: NOW, last: before, fingerprint: 'same', force });

  it.each([
    ['when there never was one', undefined, true, true],
    ['not when nothing has changed', last(10 * PRUNE_EVERY_MS), false, false],
    ['when something has changed, a while later', last(PRUNE_EVERY_MS, { fingerprint: 'other' }), true, true],
    ['not soon after one, unless room is needed', last(PRUNE_EVERY_MS - 1, { fingerprint: 'other' }), false, true],
    ['when what was too young has grown old', last(PRUNE_EVERY_MS, { waits: true }), true, true],
    ['for that soon, when room is needed', last(PRUNE_GRACE_MS, { waits: true }), false, true],
    ['not while that is still young', last(PRUNE_GRACE_MS - 1, { waits: true }), false, false],
    ['when the clock was set back', last(-1, { fingerprint: 'other' }), true, true],
  ])('%s', (_title, before, alone, forced) => {
    expect([due(before), due(before, true)]).toEqual([alone, forced]);
  });
});

const pack = (name: string, ...ends: string[]) => ends.map((end) => `pack/pack-${name}.${end}`);
const LOOSE = `ab/${'c'.repeat(38)}`;

describe('the copy of a vault', () => {
  const files = (paths: readonly string[], age = PRUNE_GRACE_MS) => paths.map((path) => ({ path, writtenAt: NOW - age }));
  const plan = (paths: readonly string[], age?: number) => planCopy(files(paths, age), NOW, PRUNE_GRACE_MS);

  it('has the loose objects, the packs that count, and the index of several packs', () => {
    const all = [LOOSE, ...pack('a1', 'pack', 'idx', 'rev', 'mtimes'), 'pack/multi-pack-index'];
    expect(plan(all)).toEqual({ link: all, litter: [] });
  });

  it('leaves out what is no object, and keeps it in the vault while somebody may be writing it', () => {
    const litter = ['ab/tmp_obj_x1', 'pack/tmp_pack_y', ...pack('a2', 'pack', 'rev')];
    expect(plan(litter)).toEqual({ link: [], litter });
    expect(plan(litter, PRUNE_GRACE_MS - 1)).toEqual({ link: [], litter: [] });
  });
});

describe('what is carried over', () => {
  it('comes with its index last, and goes with its index first', () => {
    const link = [LOOSE, 'pack/multi-pack-index', ...pack('0', 'idx', 'pack'), ...pack('1', 'idx', 'pack')];
    expect(planCarryOver({ link, litter: ['pack/tmp_pack_y'] }, [...pack('1', 'idx', 'pack'), ...pack('2', 'idx', 'mtimes', 'pack')])).toEqual({
      add: pack('2', 'mtimes', 'pack', 'idx'),
      remove: ['pack/multi-pack-index', ...pack('0', 'idx'), LOOSE, ...pack('0', 'pack'), 'pack/tmp_pack_y'],
    });
  });

  it('is what the copy has and the vault has not, and the other way round, and never both', () => {
    const some = fc.uniqueArray(fc.constantFrom(LOOSE, ...['0', '1', '2', '3'].flatMap((name) => pack(name, 'idx', 'pack', 'rev'))));
    fc.assert(
      fc.property(some, some, (link, left) => {
        const { add, remove } = planCarryOver({ link, litter: [] }, left);
        expect([...link, ...add].filter((path) => !remove.includes(path)).sort()).toEqual([...left].sort());
        const counted = (paths: readonly string[]) => paths.map((path) => path.endsWith('.idx'));
        expect(counted(add)).toEqual([...counted(add)].sort((one, other) => Number(one) - Number(other)));
        expect(counted(remove)).toEqual([...counted(remove)].sort((one, other) => Number(other) - Number(one)));
      }),
    );
  });
});
