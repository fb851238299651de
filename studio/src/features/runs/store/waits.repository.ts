import { Injectable } from '@nestjs/common';
import { execute, rows } from '../../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../../platform/database/index.js';
import type { RunRecord } from '../domain/run.js';

@Injectable()
export class WaitsRepository {
  async waitUntil(tx: Tx, { id, epoch }: Pick<RunRecord, 'id' | 'epoch'>, until: string): Promise<void> {
    await execute(tx, 'update runs set wait_until = $3 where id = $1 and epoch = $2', [id, epoch, until]);
  }

  async isOver(reader: Reader, id: string): Promise<boolean> {
    return (await rows(reader, 'select from runs where id = $1 and (wait_until is null or wait_until <= clock_timestamp())', [id])).length > 0;
  }

  /** Seconds until the first limit that a run waits for is renewed. */
  async nextRenewal(reader: Reader): Promise<number | undefined> {
    const [row] = await rows<{ seconds: number | null }>(
      reader,
      `select extract(epoch from min(wait_until) - clock_timestamp())::float8 as seconds from runs where status = 'waiting' and wait_until > clock_timestamp()`,
    );
    return row?.seconds ?? undefined;
  }

  /** Whether a person spoke after the question that this run put into the plan's conversation. */
  async personAnswered(reader: Reader, runId: string, planId: string | null): Promise<boolean> {
    const found = await rows(
      reader,
      `select from plan_messages m where m.plan_id = $2 and m.author = 'person'
          and m.seq > (select max(q.seq) from plan_messages q where q.run_id = $1) limit 1`,
      [runId, planId],
    );
    return found.length > 0;
  }
}
