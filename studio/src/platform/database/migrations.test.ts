import { describe, expect, it } from 'vitest';
import { pending } from './migrations.js';
import type { Migration } from './migrations.js';

const migration = (version: number, checksum = `sum${version}`): Migration => ({ version, name: `m${version}`, sql: '', checksum, contracts: false });
const applied = (version: number, checksum = `sum${version}`) => ({ version, name: `m${version}`, checksum });

describe('pending', () => {
  it('gives what is not applied, in order', () => {
    expect(pending([migration(1), migration(2), migration(3)], [applied(1)]).map(({ version }) => version)).toEqual([2, 3]);
    expect(pending([migration(1)], [applied(1)])).toEqual([]);
  });

  it('starts on what a newer studio has only added to, so that an upgrade can roll out and be taken back', () => {
    expect(pending([migration(1)], [applied(1), { ...applied(2), contracts: false }])).toEqual([]);
  });

  it.each([
    ['a database from which a newer studio has taken something away', [migration(1)], [applied(1), { ...applied(2), contracts: true }], /newer studio \(migration 0002_m2\.sql\)/],
    ['a file that was changed after it had been applied', [migration(1, 'other')], [applied(1)], /0001_m1\.sql was changed after/],
    ['a database that a newer studio has used', [migration(1)], [applied(1), applied(2)], /newer studio \(migration 0002_m2\.sql\)/],
    ['a file that was slipped in below one that is applied', [migration(1), migration(2), migration(3)], [applied(1), applied(3)], /0002_m2\.sql is older/],
  ])('refuses %s', (_, known, done, sentence) => {
    expect(() => pending(known, done)).toThrow(sentence);
  });
});
