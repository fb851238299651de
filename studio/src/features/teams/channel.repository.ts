import { Injectable } from '@nestjs/common';
import type { ChannelMessage } from '@maestro/protocol';
import { execute, rows } from '../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../platform/database/index.js';

export type NewMessage = Pick<ChannelMessage, 'kind' | 'author' | 'text'> & { readonly run: string | null };

interface Row extends Omit<ChannelMessage, 'at' | 'clearedAt' | 'run'> {
  readonly run: string | null;
  readonly at: Date;
  readonly clearedAt: Date | null;
}

const COLUMNS = 'seq, kind, author, text, run_id as run, at, cleared_at as "clearedAt"';
const toMessage = ({ at, clearedAt, ...row }: Row): ChannelMessage => ({ ...row, at: at.toISOString(), clearedAt: clearedAt?.toISOString() ?? null }) as ChannelMessage;

@Injectable()
export class ChannelRepository {
  /** The number comes from the team's row, so that messages are numbered without gaps in the order in which they commit. */
  async append(tx: Tx, teamId: string, { kind, author, text, run }: NewMessage): Promise<ChannelMessage> {
    const [row] = await rows<Row>(
      tx,
      `with next as (update teams set last_seq = last_seq + 1 where id = $1 returning last_seq)
       insert into channel_messages (team_id, seq, kind, author, text, run_id) select $1, next.last_seq, $2, $3, $4, $5 from next returning ${COLUMNS}`,
      [teamId, kind, JSON.stringify(author), text, run],
    );
    if (row === undefined) throw new Error('channel.no_team: its row was locked in this transaction');
    return toMessage(row);
  }

  /** Oldest first. */
  async after(reader: Reader, teamId: string, seq: number, limit: number): Promise<readonly ChannelMessage[]> {
    return (await rows<Row>(reader, `select ${COLUMNS} from channel_messages where team_id = $1 and seq > $2 order by seq limit $3`, [teamId, seq, limit])).map(toMessage);
  }

  async standing(reader: Reader, teamId: string): Promise<readonly ChannelMessage[]> {
    return (await rows<Row>(reader, `select ${COLUMNS} from channel_messages where team_id = $1 and kind = 'steering' and cleared_at is null order by seq`, [teamId])).map(toMessage);
  }

  clear(tx: Tx, teamId: string): Promise<number> {
    return execute(tx, `update channel_messages set cleared_at = clock_timestamp() where team_id = $1 and kind = 'steering' and cleared_at is null`, [teamId]);
  }

  async setTurns(tx: Tx, teamId: string, turns: number): Promise<void> {
    await execute(tx, 'update teams set turns = $2 where id = $1', [teamId, turns]);
  }
}
