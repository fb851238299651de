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
    // One statement makes the row, locks it and reads it, so that there is no moment in between in which it could be missing.
    const [row] = await rows<Watch>(
      tx,
      `insert into studio_watch (beat_at, listen_until) values (clock_timestamp(), clock_timestamp())
       on conflict (only_row) do update set beat_at = studio_watch.beat_at
       returning extract(epoch from clock_timestamp() - beat_at)::float8 as "gapSeconds", listen_until <= clock_timestamp() as "maySweep"`,
    );
    if (row === undefined) throw new Error('studio_watch.missing: an upsert answers with its row');
    return row;
  }

  async beat(tx: Tx): Promise<void> {
    await execute(tx, 'update studio_watch set beat_at = clock_timestamp()');
  }

  async listenFor(tx: Tx, seconds: number): Promise<void> {
    await execute(tx, 'update studio_watch set beat_at = clock_timestamp(), listen_until = clock_timestamp() + make_interval(secs => $1)', [seconds]);
  }
}
