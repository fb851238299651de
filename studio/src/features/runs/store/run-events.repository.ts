import { Injectable } from '@nestjs/common';
import type { RunEventItem } from '@maestro/protocol';
import { execute, rows } from '../../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../../platform/database/index.js';

/** A run's journal, as far as the studio has it. */
@Injectable()
export class RunEventsRepository {
  /** Appends in one statement; lines that are there already stay as they are. Gives how many were new. */
  async append(tx: Tx, runId: string, lines: readonly RunEventItem[]): Promise<number> {
    return execute(
      tx,
      `insert into run_events (run_id, seq, at, kind, payload)
       select $1, l.seq, l.at, l.kind, l.payload from jsonb_to_recordset($2::jsonb) as l (seq int, at timestamptz, kind text, payload jsonb)
       on conflict do nothing`,
      [runId, JSON.stringify(lines)],
    );
  }

  /** Sequence numbers stored above this one, in order. */
  async seqsAfter(reader: Reader, runId: string, seq: number): Promise<readonly number[]> {
    const found = await rows<{ seq: number }>(reader, 'select seq from run_events where run_id = $1 and seq > $2 order by seq', [runId, seq]);
    return found.map((row) => row.seq);
  }

  async page(reader: Reader, runId: string, after: number, limit: number): Promise<readonly RunEventItem[]> {
    const found = await rows<Omit<RunEventItem, 'at'> & { readonly at: Date }>(
      reader,
      'select seq, at, kind, payload from run_events where run_id = $1 and seq > $2 order by seq limit $3',
      [runId, after, limit],
    );
    return found.map((line) => ({ ...line, at: line.at.toISOString() }));
  }
}
