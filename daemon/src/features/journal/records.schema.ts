import { ChangedFile, ChangeTotals, ObjectName, RunEventItem, RunOutcome, RunPacket, Usage, WaitReason } from '@maestro/protocol';
import { z } from 'zod';
import type { JournalRecord, Owed } from './domain/records.js';

const at = z.number();
const opId = z.string();

const owed: z.ZodType<Owed> = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('start'), opId, startedAt: z.string() }),
  z.strictObject({ method: z.literal('checkpoint'), opId, head: ObjectName }),
  z.strictObject({ method: z.literal('change'), opId, base: ObjectName, head: ObjectName, totals: ChangeTotals, part: z.number().int(), parts: z.number().int(), files: z.array(ChangedFile) }),
  z.strictObject({ method: z.literal('wait'), opId, reason: z.enum(WaitReason), until: z.string().optional(), question: z.string().optional(), head: ObjectName.optional() }),
  z.strictObject({ method: z.literal('finish'), opId, outcome: RunOutcome, usage: Usage, lastSeq: z.number().int().min(0), startedAt: z.string().optional() }),
]);

/** Records as they are read back from a file that a crash, a full disk or an older version may have left. */
const schema: z.ZodType<JournalRecord> = z.discriminatedUnion('t', [
  z.strictObject({ t: z.literal('packet'), at, packet: RunPacket, marker: z.string() }),
  z.strictObject({ t: z.literal('epoch'), at, epoch: z.number().int() }),
  z.strictObject({ t: z.literal('process'), at, pid: z.number().int(), startTime: z.string() }),
  z.strictObject({ t: z.literal('event'), event: RunEventItem }),
  z.strictObject({ t: z.literal('usage'), usage: Usage }),
  z.strictObject({ t: z.literal('step'), at, name: z.string(), data: z.record(z.string(), z.unknown()) }),
  z.strictObject({ t: z.literal('asked'), at, key: z.string(), opId }),
  z.strictObject({ t: z.literal('owed'), at, owed }),
  z.strictObject({ t: z.literal('paid'), at, opId }),
  z.strictObject({ t: z.literal('events_acked'), seq: z.number().int().min(0) }),
  z.strictObject({ t: z.literal('settled'), at, how: z.enum(['acknowledged', 'waiting', 'stopped']) }),
]);

export function readRecord(value: unknown): JournalRecord | undefined {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
