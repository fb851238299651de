import { ObjectName, RunEventItem, RunOutcome, RunPacket, Usage, WaitReason } from '@maestro/protocol';
import { z } from 'zod';

/**
 * What a run's journal holds, one record a line. A record is on disk before what it tells of is sent to anybody, so that a daemon that
 * dies at any moment finds out at its next start what it had promised and what it still owes.
 */

const at = z.number();

/** Something that must reach the studio, in order, and whose answer ends the matter. `opId` makes sending it again harmless. */
export const Owed = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('start'), opId: z.string(), startedAt: z.string() }),
  z.strictObject({ method: z.literal('checkpoint'), opId: z.string(), head: ObjectName }),
  z.strictObject({ method: z.literal('wait'), opId: z.string(), reason: z.enum(WaitReason), until: z.string().optional(), question: z.string().optional(), head: ObjectName.optional() }),
  z.strictObject({ method: z.literal('finish'), opId: z.string(), outcome: RunOutcome, usage: Usage, lastSeq: z.number().int().min(0), startedAt: z.string().optional() }),
]);
export type Owed = z.infer<typeof Owed>;

export const JournalRecord = z.discriminatedUnion('t', [
  /** Claimed: everything the studio gave. A second one is the same run claimed again after it had waited. */
  z.strictObject({ t: z.literal('packet'), at, packet: RunPacket, marker: z.string() }),
  /** The studio let the run go on under another epoch. */
  z.strictObject({ t: z.literal('epoch'), at, epoch: z.number().int() }),
  /** A process of the run; with the marker it is found again after a crash. */
  z.strictObject({ t: z.literal('process'), at, pid: z.number().int(), startTime: z.string() }),
  z.strictObject({ t: z.literal('event'), event: RunEventItem }),
  z.strictObject({ t: z.literal('usage'), usage: Usage }),
  /** A point that the work does not have to go back behind; `data` is what going on from there needs. */
  z.strictObject({ t: z.literal('step'), at, name: z.string(), data: z.record(z.string(), z.unknown()) }),
  /** The id under which a question with an answer of its own was asked (`push:<commit>`). */
  z.strictObject({ t: z.literal('asked'), at, key: z.string(), opId: z.string() }),
  z.strictObject({ t: z.literal('owed'), at, owed: Owed }),
  z.strictObject({ t: z.literal('paid'), at, opId: z.string() }),
  z.strictObject({ t: z.literal('events_acked'), seq: z.number().int().min(0) }),
  /** Nothing is owed any more. `waiting`: the same run may be offered again. */
  z.strictObject({ t: z.literal('settled'), at, how: z.enum(['acknowledged', 'waiting', 'stopped']) }),
]);
export type JournalRecord = z.infer<typeof JournalRecord>;

/** Records that change what the daemon has promised; they reach the disk before the next step. The others may be lost with the power. */
export function mustBeDurable(record: JournalRecord): boolean {
  return record.t !== 'event' && record.t !== 'usage' && record.t !== 'events_acked';
}
