import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { readRecord } from '../records.schema.js';
import { decodeJournal as decode, encodeRecord } from './journal-codec.js';
import type { JournalRecord } from './records.js';

const decodeJournal = (text: string) => decode(text, readRecord);
const text = fc.string({ unit: 'binary', maxLength: 60 });
const record: fc.Arbitrary<JournalRecord> = fc.oneof(
  fc.record({ t: fc.constant('epoch' as const), at: fc.nat(), epoch: fc.nat(1_000) }),
  fc.record({ t: fc.constant('process' as const), at: fc.nat(), pid: fc.nat(99_999), startTime: text }),
  fc.record({ t: fc.constant('step' as const), at: fc.nat(), name: text, data: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), text) }),
  fc.record({ t: fc.constant('asked' as const), at: fc.nat(), key: text, opId: fc.string({ maxLength: 20 }) }),
  fc.record({ t: fc.constant('events_acked' as const), seq: fc.nat() }),
  fc.nat(1_000).chain((seq) =>
    fc.record({ t: fc.constant('event' as const), event: fc.record({ seq: fc.constant(seq + 1), at: fc.constant('2026-01-01T00:00:00.000Z'), kind: fc.constant('message' as const), payload: fc.record({ text }) }) }),
  ),
);
const records = fc.array(record, { maxLength: 12 });
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

describe('journal codec', () => {
  test.prop([records])('gives back what was written', (written) => {
    const decoded = decodeJournal(written.map(encodeRecord).join(''));
    expect(plain(decoded)).toEqual(plain({ records: written, damaged: [], torn: false }));
  });

  test.prop([records, fc.nat(5_000)])('keeps every whole line of a journal that was cut off anywhere', (written, at) => {
    const lines = written.map(encodeRecord);
    const whole = lines.join('');
    const cut = whole.slice(0, Math.min(at, whole.length));
    const complete = lines.filter((_, index) => lines.slice(0, index + 1).join('').length <= cut.length).length;
    const decoded = decodeJournal(cut);
    expect(plain(decoded.records)).toEqual(plain(written.slice(0, complete)));
    expect(decoded.torn).toBe(!cut.endsWith('\n') && cut !== '');
  });

  test.prop([records.filter((each) => each.length > 0), fc.nat(), fc.string({ minLength: 1, maxLength: 1 })])('leaves a damaged line out and reads the others', (written, seed, letter) => {
    const lines = written.map(encodeRecord);
    const hit = seed % lines.length;
    const line = lines[hit]!;
    const at = seed % (line.length - 1);
    fc.pre(letter !== '\n' && line[at] !== letter);
    lines[hit] = line.slice(0, at) + letter + line.slice(at + 1);
    const decoded = decodeJournal(lines.join(''));
    expect(plain(decoded.records)).toEqual(plain(written.filter((_, index) => index !== hit)));
    expect(decoded.damaged).toEqual([hit + 1]);
  });

  test.prop([fc.string({ unit: 'binary', maxLength: 400 })])('reads nothing from noise, and never throws', (noise) => {
    expect(decodeJournal(noise).records).toEqual([]);
  });

  it('goes on after a torn line once a line feed was written', () => {
    const one = encodeRecord({ t: 'epoch', at: 1, epoch: 1 });
    const two = encodeRecord({ t: 'epoch', at: 2, epoch: 2 });
    const decoded = decodeJournal(`${one}${two.slice(0, 12)}\n${two}`);
    expect(decoded.records.map((each) => (each.t === 'epoch' ? each.epoch : 0))).toEqual([1, 2]);
    expect(decoded.damaged).toEqual([2]);
  });
});
