import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { FrameReader } from './frames.js';

/** As a peer writes it; masked as clients do, or not as servers do. */
function frame(text: string, mask?: readonly number[], first = 0x81): Buffer {
  const payload = Buffer.from(text, 'utf8');
  const bit = mask === undefined ? 0 : 0x80;
  const length = payload.length < 126 ? Buffer.from([bit | payload.length]) : payload.length < 65_536 ? Buffer.from([bit | 126, payload.length >> 8, payload.length & 0xff]) : long(bit, payload.length);
  const body = mask === undefined ? payload : Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
  return Buffer.concat([Buffer.from([first]), length, Buffer.from(mask ?? []), body]);
}

function long(bit: number, length: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.writeUInt8(bit | 127, 0);
  bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}

const mask = fc.option(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)), { nil: undefined });

describe('frames of a stream', () => {
  it('are the same however the bytes arrive', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 300 }), mask), { minLength: 1, maxLength: 6 }), fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (texts, cuts) => {
      const stream = Buffer.concat(texts.map(([text, bytes]) => frame(text, bytes)));
      const reader = new FrameReader();
      const seen: string[] = [];
      const raw: Buffer[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn += 1) {
        const size = cuts[turn % cuts.length] ?? 1;
        for (const each of reader.push(stream.subarray(at, at + size))) {
          seen.push(each.text ?? '');
          raw.push(each.bytes);
        }
        at += size;
      }
      expect(seen).toEqual(texts.map(([text]) => Buffer.from(text, 'utf8').toString('utf8')));
      expect(Buffer.concat(raw).equals(stream)).toBe(true);
    }), { numRuns: 60 });
  });

  it.each([125, 126, 65_535, 65_536])('of %d bytes are read', (length) => {
    expect(new FrameReader().push(frame('x'.repeat(length), [1, 2, 3, 4])).map(({ text }) => text?.length)).toEqual([length]);
  });

  it('that carry no whole text have none: ping, close, and parts of a message', () => {
    expect([0x89, 0x88, 0x82, 0x01, 0x80].map((first) => new FrameReader().push(frame('x', undefined, first))[0]?.text)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });
});
