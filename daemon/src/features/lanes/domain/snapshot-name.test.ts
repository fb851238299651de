import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSnapshotName, snapshotPrefix } from './snapshot-name.js';

describe('the name of a snapshot', () => {
  it('is read back as it was made', () => {
    const why = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,38}$/);
    const second = fc.integer({ min: 0, max: 4_102_444_800 });
    fc.assert(
      fc.property(fc.uuid(), second, why, fc.stringMatching(/^[0-9a-f]{4}$/), (taskId, at, reason, unique) => {
        const prefix = snapshotPrefix(taskId, at * 1_000, reason, unique);
        expect(readSnapshotName(`${prefix}/files`)).toEqual({ taskId, name: prefix.split('/').at(-1), at: new Date(at * 1_000).toISOString(), why: reason });
      }),
    );
  });

  it.each(['refs/heads/main', 'refs/maestro/snapshots/t/20261121T100000Z-x-0000/HEAD', 'refs/maestro/snapshots/t/20261399T100000Z-x-0000/files', 'refs/maestro/snapshots/../20261121T100000Z-x-0000/files'])('is not %s', (ref) => {
    expect(readSnapshotName(ref)).toBeUndefined();
  });
});
