import type { JournalRecord } from './records.js';

/**
 * A journal without the lines that the studio has long had, and without figures that later ones replaced: it comes to the same state. The
 * newest `keep` characters of acknowledged lines stay, for people who look on this machine; the last line stays in any case, because
 * numbers go on from it.
 */
export function compact(records: readonly JournalRecord[], ackedSeq: number, keep: number): readonly JournalRecord[] {
  const last = { usage: lastOf(records, 'usage'), events_acked: furthest(records) };
  const kept: JournalRecord[] = [];
  let room = keep;
  let seenEvent = false;
  for (const record of [...records].reverse()) {
    if (record.t === 'event') {
      const wanted = !seenEvent || record.event.seq > ackedSeq || room > 0;
      if (seenEvent && record.event.seq <= ackedSeq) room -= JSON.stringify(record.event.payload).length;
      seenEvent = true;
      if (wanted) kept.push(record);
    } else if ((record.t !== 'usage' && record.t !== 'events_acked') || record === last[record.t]) {
      kept.push(record);
    }
  }
  return kept.reverse();
}

function lastOf(records: readonly JournalRecord[], t: JournalRecord['t']): JournalRecord | undefined {
  return records.findLast((record) => record.t === t);
}

function furthest(records: readonly JournalRecord[]): JournalRecord | undefined {
  let most: Extract<JournalRecord, { t: 'events_acked' }> | undefined;
  for (const record of records) if (record.t === 'events_acked' && (most === undefined || record.seq >= most.seq)) most = record;
  return most;
}
