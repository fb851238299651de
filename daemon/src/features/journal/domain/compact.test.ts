import { RunPacket } from '@maestro/protocol';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { compact } from './compact.js';
import { Ledger } from './journal-state.js';
import type { JournalRecord } from './records.js';

const event = (seq: number, text = ''): JournalRecord => ({ t: 'event', event: { seq, at: '2026-01-01T00:00:00.000Z', kind: 'log', payload: { text } } });
const claimed = (epoch: number, lastSeq: number): JournalRecord => ({
  t: 'packet',
  at: 0,
  marker: `m${epoch}`,
  packet: RunPacket.parse({
    run: '01900000-0000-7000-8000-000000000001', epoch, purpose: 'bootstrap_epic', attempt: 1, revision: 0, repair: 0, policy: {}, lastSeq,
    project: { id: '01900000-0000-7000-8000-000000000002', key: 'SHOP', remote: { kind: 'path', path: '/srv/shop' }, baseBranch: 'main' },
  }),
});

/** A journal as a daemon writes one: lines are numbered one after another, and none is acknowledged before it was written. */
const journal = fc.array(fc.oneof({ weight: 5, arbitrary: fc.constant('event') }, fc.constantFrom('acked', 'usage', 'step', 'owed', 'paid', 'claimed')), { maxLength: 60 }).chain((kinds) =>
  fc.infiniteStream(fc.nat(20)).map((numbers) => {
    const records: JournalRecord[] = [claimed(1, 0)];
    let seq = 0;
    for (const kind of kinds) {
      const number = numbers.next().value ?? 0;
      if (kind === 'event') records.push(event((seq += 1), 'x'.repeat(number)));
      else if (kind === 'acked') records.push({ t: 'events_acked', seq: Math.max(0, seq - number) });
      else if (kind === 'usage') records.push({ t: 'usage', usage: { inputTokens: number, outputTokens: 0, cachedInputTokens: 0, seconds: 0, turns: 0 } });
      else if (kind === 'step') records.push({ t: 'step', at: 0, name: number % 2 === 0 ? 'conversation' : 'agent', data: { number } });
      else if (kind === 'owed') records.push({ t: 'owed', at: 0, owed: { method: 'checkpoint', opId: `o${number}`, head: 'a'.repeat(40) } });
      else if (kind === 'paid') records.push({ t: 'paid', at: 0, opId: `o${number}` });
      else records.push(claimed(records.length, (seq += number % 3)));
    }
    return records;
  }),
);
const state = (records: readonly JournalRecord[]) => Ledger.read(records);

describe('a compacted journal', () => {
  test.prop([journal, fc.nat(100)])('comes to the same', (records, keep) => {
    const before = state(records);
    expect(state(compact(records, before.ackedSeq, keep))).toEqual(before);
  });

  test.prop([journal, fc.nat(100)])('may be compacted again', (records, keep) => {
    const { ackedSeq } = state(records);
    const once = compact(records, ackedSeq, keep);
    expect(compact(once, ackedSeq, keep)).toEqual(once);
  });

  it('loses what the studio has, but for the newest', () => {
    const records = [claimed(1, 0), ...[1, 2, 3, 4, 5].map((seq) => event(seq, 'x'.repeat(100))), { t: 'events_acked', seq: 4 } as const];
    const seqs = (keep: number) => compact(records, 4, keep).flatMap((record) => (record.t === 'event' ? [record.event.seq] : []));
    expect(seqs(0)).toEqual([5]);
    expect(seqs(150)).toEqual([3, 4, 5]);
  });
});
