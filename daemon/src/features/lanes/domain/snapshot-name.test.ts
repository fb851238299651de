import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSnapshotName, snapshotPrefix } from './snapshot-name.js';

describe('the name of a snapshot', () => {
  it('is read back as it was made', () => {
    const why = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,38}$/);
    const moment = fc.integer({ min: 0, max: 4_102_444_800_000 });
    fc.assert(
      fc.property(fc.uuid(), moment, why, fc.stringMatching(/^[0-9a-f]{4}$/), (taskId, at, reason, unique) => {
        const prefix = snapshotPrefix(taskId, at, reason, unique);
        expect(readSnapshotName(`${prefix}/files`)).toEqual({ taskId, name: prefix.split('/').at(-1), at: new Date(at).toISOString(), why: reason });
      }),
    );
  });

  it('tells which of two of the same second is the newer', () => {
    const at = (moment: number) => readSnapshotName(`${snapshotPrefix('t', moment, 'x', '0000')}/files`)?.at ?? '';
    expect(at(1_700_000_000_001) < at(1_700_000_000_002)).toBe(true);
  });

  it('is read as earlier versions wrote it', () => {
    expect(readSnapshotName('refs/maestro/snapshots/t/20261121T100000Z-stopped-00ff/files')).toEqual({ taskId: 't', name: '20261121T100000Z-stopped-00ff', at: '2026-11-21T10:00:00.000Z', why: 'stopped' });
  });

  it.each(['refs/heads/main', 'refs/maestro/snapshots/t/20261121T100000Z-x-0000/HEAD', 'refs/maestro/snapshots/t/20261399T100000Z-x-0000/files', 'refs/maestro/snapshots/../20261121T100000Z-x-0000/files'])('is not %s', (ref) => {
    expect(readSnapshotName(ref)).toBeUndefined();
  });
});
