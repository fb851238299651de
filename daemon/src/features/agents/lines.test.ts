import { PassThrough } from 'node:stream';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { readLines } from './lines.js';

async function linesOf(chunks: readonly Uint8Array[], max?: number): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  const done = readLines(stream, (line) => lines.push(line), () => undefined, max);
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await done;
  return lines;
}

describe('lines of a stream', () => {
  test.prop([fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 7 })])('are the same however the bytes arrive', async (text, size) => {
    const bytes = Buffer.from(text.replaceAll('\r', ''));
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_each, index) => bytes.subarray(index * size, (index + 1) * size));
    const expected = bytes.toString('utf8').split('\n');
    if (expected.at(-1) === '') expected.pop();
    expect(await linesOf(chunks)).toEqual(expected);
  });

  it('end with either line end', async () => {
    expect(await linesOf([Buffer.from('a\r\nb\n\nc')])).toEqual(['a', 'b', '', 'c']);
  });

  it('are cut when they are too long, and the next one is whole', async () => {
    expect(await linesOf(['aaaa', 'aaaa', 'a\nbb\n'].map((text) => Buffer.from(text)), 5)).toEqual(['aaaaa', 'bb']);
  });
});
