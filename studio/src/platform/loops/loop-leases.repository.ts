import { Injectable } from '@nestjs/common';
import { execute } from '../database/repository-access.js';
import type { Tx } from '../database/index.js';

@Injectable()
export class LoopLeasesRepository {
  /** Takes or renews; false while another process holds it. One statement, so that two takers cannot both succeed. */
  async take(tx: Tx, name: string, holder: string, ttlMs: number): Promise<boolean> {
    const sql = `insert into loop_leases (name, holder, expires_at) values ($1, $2, clock_timestamp() + make_interval(secs => $3))
                 on conflict (name) do update set holder = excluded.holder, expires_at = excluded.expires_at
                 where loop_leases.holder = excluded.holder or loop_leases.expires_at < clock_timestamp()`;
    return (await execute(tx, sql, [name, holder, ttlMs / 1000])) === 1;
  }

  async release(tx: Tx, name: string, holder: string): Promise<void> {
    await execute(tx, 'delete from loop_leases where name = $1 and holder = $2', [name, holder]);
  }
}
