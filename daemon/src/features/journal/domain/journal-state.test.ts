import { RunPacket } from '@maestro/protocol';
import type { RunEventItem } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { Ledger } from './journal-state.js';
import type { JournalRecord } from './records.js';

const packet = (epoch: number, lastSeq = 0): RunPacket =>
  RunPacket.parse({
    run: '01900000-0000-7000-8000-000000000001',
    epoch,
    purpose: 'bootstrap_epic',
    attempt: 1,
    revision: 0,
    repair: 0,
    project: { id: '01900000-0000-7000-8000-000000000002', key: 'SHOP', remote: { kind: 'path', path: '/srv/shop' }, baseBranch: 'main' },
    policy: {},
    lastSeq,
  });
const claimed = (epoch: number, lastSeq = 0): JournalRecord => ({ t: 'packet', at: 0, packet: packet(epoch, lastSeq), marker: `m${epoch}` });
const event = (seq: number): JournalRecord => ({ t: 'event', event: { seq, at: '2026-01-01T00:00:00.000Z', kind: 'log', payload: {} } satisfies RunEventItem });
const read = (...records: JournalRecord[]) => Ledger.read(records);

describe('Ledger', () => {
  it('keeps what was not acknowledged', () => {
    const state = read(claimed(1), event(1), event(2), event(3), { t: 'events_acked', seq: 2 });
    expect(state.unsent.map(({ seq }) => seq)).toEqual([3]);
    expect(state).toMatchObject({ lastSeq: 3, ackedSeq: 2, epoch: 1, marker: 'm1' });
  });

  it('owes in order, until each is paid', () => {
    const state = read(
      claimed(1),
      { t: 'owed', at: 0, owed: { method: 'start', opId: 'a', startedAt: '2026-01-01T00:00:00.000Z' } },
      { t: 'owed', at: 0, owed: { method: 'checkpoint', opId: 'b', head: 'a'.repeat(40) } },
      { t: 'paid', at: 0, opId: 'a' },
    );
    expect(state.owed.map(({ opId }) => opId)).toEqual(['b']);
    expect(state.startedAt).toBe('2026-01-01T00:00:00.000Z');
    expect(state.ended).toBe(false);
  });

  it('begins anew with a claim, but goes on counting events and keeps the conversation', () => {
    const state = read(
      claimed(1),
      event(1),
      event(2),
      { t: 'step', at: 0, name: 'conversation', data: { id: 'c' } },
      { t: 'step', at: 0, name: 'agent', data: { state: 'ended' } },
      { t: 'process', at: 0, pid: 1, startTime: 'x' },
      { t: 'owed', at: 0, owed: { method: 'wait', opId: 'w', reason: 'human' } },
      { t: 'settled', at: 0, how: 'waiting' },
      claimed(3, 1),
    );
    expect(state).toMatchObject({ epoch: 3, lastSeq: 2, ackedSeq: 1, processes: [], owed: [], settled: undefined, ended: false });
    expect([...state.steps.keys()]).toEqual(['conversation']);
    expect(state.unsent.map(({ seq }) => seq)).toEqual([2]);
  });

  it('does not write numbers again that another machine has used', () => {
    const state = read(claimed(1), event(1), claimed(2, 40), event(1), event(41));
    expect(state.lastSeq).toBe(41);
    expect(state.unsent.map(({ seq }) => seq)).toEqual([41]);
  });
});
