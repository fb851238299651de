import { Injectable } from '@nestjs/common';
import { execute, rows } from '../../platform/database/repository-access.js';
import type { Tx } from '../../platform/database/index.js';

export interface Watch {
  /** Seconds since any studio was last alive; 0 for the very first. */
  readonly gapSeconds: number;
  /** Leases may be swept: the studios have listened for long enough. */
  readonly maySweep: boolean;
}

@Injectable()
export class StudioWatchRepository {
  /** Locks the row, so that of several studios which start together exactly one sees the gap. */
  async look(tx: Tx): Promise<Watch> {
    await execute(tx, 'insert into studio_watch (beat_at, listen_until) values (clock_timestamp(), clock_timestamp()) on conflict do nothing');
    const [row] = await rows<Watch>(
      tx,
      `select extract(epoch from clock_timestamp() - beat_at)::float8 as "gapSeconds", listen_until <= clock_timestamp() as "maySweep"
         from studio_watch for update`,
    );
    if (row === undefined) throw new Error('studio_watch.missing: it was inserted in this transaction');
    return row;
  }

  async beat(tx: Tx): Promise<void> {
    await execute(tx, 'update studio_watch set beat_at = clock_timestamp()');
  }

  async listenFor(tx: Tx, seconds: number): Promise<void> {
    await execute(tx, 'update studio_watch set beat_at = clock_timestamp(), listen_until = clock_timestamp() + make_interval(secs => $1)', [seconds]);
  }
}
