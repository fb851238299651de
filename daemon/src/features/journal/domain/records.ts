import type { ChangedFile, ChangeTotals, RunEventItem, RunOutcome, RunPacket, Usage, WaitReason } from '@maestro/protocol';

/**
 * What a run's journal holds, one record a line. A record is on disk before what it tells of is sent to anybody, so that a daemon that
 * dies at any moment finds out at its next start what it had promised and what it still owes. How they are checked when they are read is in
 * `records.schema.ts`. Times (`at`) are milliseconds since 1970.
 */

/** Something that must reach the studio, in order, and whose answer ends the matter. `opId` makes sending it again harmless. */
export type Owed =
  | { readonly method: 'start'; readonly opId: string; readonly startedAt: string }
  | { readonly method: 'checkpoint'; readonly opId: string; readonly head: string }
  | { readonly method: 'change'; readonly opId: string; readonly base: string; readonly head: string; readonly totals: ChangeTotals; readonly part: number; readonly parts: number; readonly files: readonly ChangedFile[] }
  | { readonly method: 'wait'; readonly opId: string; readonly reason: WaitReason; readonly until?: string | undefined; readonly question?: string | undefined; readonly head?: string | undefined }
  | { readonly method: 'finish'; readonly opId: string; readonly outcome: RunOutcome; readonly usage: Usage; readonly lastSeq: number; readonly startedAt?: string | undefined };

export type JournalRecord =
  /** Claimed: everything the studio gave. A second one is the same run claimed again after it had waited. */
  | { readonly t: 'packet'; readonly at: number; readonly packet: RunPacket; readonly marker: string }
  /** The studio let the run go on under another epoch. */
  | { readonly t: 'epoch'; readonly at: number; readonly epoch: number }
  /** A process of the run; with the marker it is found again after a crash. */
  | { readonly t: 'process'; readonly at: number; readonly pid: number; readonly startTime: string }
  | { readonly t: 'event'; readonly event: RunEventItem }
  | { readonly t: 'usage'; readonly usage: Usage }
  /** A point that the work does not have to go back behind; `data` is what going on from there needs. */
  | { readonly t: 'step'; readonly at: number; readonly name: string; readonly data: Readonly<Record<string, unknown>> }
  /** The id under which a question with an answer of its own was asked (`push:<commit>`). */
  | { readonly t: 'asked'; readonly at: number; readonly key: string; readonly opId: string }
  | { readonly t: 'owed'; readonly at: number; readonly owed: Owed }
  | { readonly t: 'paid'; readonly at: number; readonly opId: string }
  | { readonly t: 'events_acked'; readonly seq: number }
  /** Nothing is owed any more. `waiting`: the same run may be offered again. */
  | { readonly t: 'settled'; readonly at: number; readonly how: 'acknowledged' | 'waiting' | 'stopped' };

/** Records that change what the daemon has promised; they reach the disk before the next step. The others may be lost with the power. */
export function mustBeDurable(record: JournalRecord): boolean {
  return record.t !== 'event' && record.t !== 'usage' && record.t !== 'events_acked';
}
