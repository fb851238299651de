import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Artifact } from './domain/facts.js';
import { clean, fitting } from './wire.js';

const artifact = (doc: string): Artifact => ({ kind: 'function', name: 'f', container: '', signature: '', doc, line: 1, endLine: 2, exported: true });
const file = (artifacts: readonly Artifact[]) => ({ path: 'a.ts', blob: 'b', fingerprint: 'f', language: 'TypeScript', frameworks: [], artifacts });

describe('what is handed in', () => {
  test.prop([fc.string({ unit: 'binary' })])('holds no zero character and no half of a character', (text) => {
    const { doc } = clean(artifact(`${text}\u0000\ud83d`));
    expect(doc).not.toMatch(/\u0000|\p{Cs}/u);
    expect(clean(doc)).toBe(doc);
  });

  it('keeps what is no text', () => expect(clean({ a: [1, true, null, { b: 'x' }] })).toEqual({ a: [1, true, null, { b: 'x' }] }));

  it('fits into one message: what comes last in a file is left out', () => {
    const many = file(Array.from({ length: 300 }, () => artifact('文'.repeat(1_000))));
    const { artifacts } = fitting(many);
    expect(artifacts.length).toBeLessThan(300);
    expect(artifacts.length).toBeGreaterThan(100);
    expect(Buffer.byteLength(JSON.stringify(artifacts))).toBeLessThan(600_000);
    const few = file([artifact('x')]);
    expect(fitting(few)).toBe(few);
  });
});
