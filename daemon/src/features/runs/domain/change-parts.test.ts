import { fc, test } from '@fast-check/vitest';
import type { ChangedFile } from '@maestro/protocol';
import { METHODS } from '@maestro/protocol';
import { expect, it } from 'vitest';
import { changeParts } from './change-parts.js';

const file = (path: string, patch: string): ChangedFile => ({ path, status: 'modified', oldMode: '100644', newMode: '100644', added: 1, removed: 1, patch });

it('sends a change without files, too: that there is none has to be known', () => {
  expect(changeParts([])).toEqual([[]]);
});

test.prop([fc.array(fc.tuple(fc.constantFrom('a', '\u001b', 'é'), fc.nat({ max: 100_000 })), { maxLength: 12 }), fc.nat({ max: 450 })])('keeps all files in their order, in messages that the peer takes', (long, short) => {
  const files = [...long.map(([letter, length], index) => file(`${index}`, letter.repeat(length))), ...Array.from({ length: short }, (_, index) => file(`s${index}`, ''))];
  const parts = changeParts(files);
  expect(parts.flat()).toEqual(files);
  for (const part of parts) {
    const params = { opId: '01934b7e-0002-7000-8000-000000000001', run: '01934b7e-0001-7000-8000-000000000001', epoch: 1, base: '1'.repeat(40), head: '2'.repeat(40), totals: { files: 1, added: 0, removed: 0 }, part: 0, parts: parts.length, files: part };
    expect(METHODS.changeUpload.params.safeParse(params).success).toBe(true);
    expect(Buffer.byteLength(JSON.stringify(params))).toBeLessThan(1024 * 1024);
  }
});
