import { Injectable } from '@nestjs/common';
import type { PlanMessageView } from '@maestro/protocol';
import { rows } from '../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../platform/database/index.js';

export interface StoredMessage extends Omit<PlanMessageView, 'at' | 'runId'> {
  readonly runId: string | null;
  /** Position in the conversation; an id alone would not order two messages of one millisecond across studios. */
  readonly seq: string;
  readonly at: Date;
}

const COLUMNS = 'seq::text as seq, id, kind, author, text, run_id as "runId", at';

@Injectable()
export class PlanMessagesRepository {
  async insert(tx: Tx, planId: string, message: Pick<StoredMessage, 'id' | 'kind' | 'author' | 'text' | 'runId'>): Promise<StoredMessage> {
    const { id, kind, author, text, runId } = message;
    const [row] = await rows<StoredMessage>(
      tx,
      `insert into plan_messages (id, plan_id, kind, author, text, run_id) values ($1, $2, $3, $4, $5, $6) returning ${COLUMNS}`,
      [id, planId, kind, author, text, runId],
    );
    if (row === undefined) throw new Error('plan_message.vanished: an insert returns its row');
    return row;
  }

  /** Oldest first. */
  ofPlan(reader: Reader, planId: string, after: string | undefined, limit: number): Promise<readonly StoredMessage[]> {
    return rows<StoredMessage>(reader, `select ${COLUMNS} from plan_messages where plan_id = $1 and ($2::bigint is null or seq > $2::bigint) order by plan_messages.seq limit $3`, [planId, after ?? null, limit]);
  }
}
