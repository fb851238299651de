import pg from 'pg';
import { atLeast, interleave, pairsFor, rowOf } from '../lib/compare.js';
import { CannotRun } from '../lib/bench.js';
import type { BenchContext, Found } from '../lib/bench.js';
import { findPostgresBin, startPostgres } from '../../test-support/index.js';

const CLIENTS = 8;

/** What it costs that every write names the epoch that it was granted: the same claim and end, with and without. */
export async function fencing({ quick }: BenchContext): Promise<Found> {
  if (findPostgresBin() === undefined) throw new CannotRun('PostgreSQL is needed and not installed. On Debian: apt-get install postgresql');
  const postgres = await startPostgres();
  const pool = new pg.Pool({ connectionString: postgres.url, max: CLIENTS });
  // The pool says that it has ended before its last connections have, and the server's end would be an error of theirs that nobody hears.
  pool.on('error', () => undefined);
  try {
    const jobs = quick ? 500 : 6_000;
    await pool.query('create table runs (id bigserial primary key, arm text not null, status text not null, epoch bigint not null default 0, lease_until timestamptz)');
    await pool.query(`create index on runs (arm, id) where status = 'queued'`);
    const pairs = await interleave(() => rate(pool, 'fenced', jobs), () => rate(pool, 'unfenced', jobs), pairsFor(quick));
    return { rows: [rowOf({ metric: 'Fencing', unit: 'claims/s', against: 'the same statements without an epoch', goal: atLeast(0.97) }, pairs)] };
  } finally {
    await pool.end();
    await postgres.stop();
  }
}

const ARMS = {
  fenced: {
    claim: `update runs set status = 'claimed', epoch = epoch + 1, lease_until = clock_timestamp() + interval '15 s'
             where id = (select id from runs where arm = $1 and status = 'queued' order by id for update skip locked limit 1) returning id, epoch`,
    end: `update runs set status = 'succeeded' where id = $1 and epoch = $2`,
    values: (id: string, epoch: string) => [id, epoch],
  },
  unfenced: {
    claim: `update runs set status = 'claimed', lease_until = clock_timestamp() + interval '15 s'
             where id = (select id from runs where arm = $1 and status = 'queued' order by id for update skip locked limit 1) returning id, epoch`,
    end: `update runs set status = 'succeeded' where id = $1`,
    values: (id: string) => [id],
  },
} as const;

async function rate(pool: pg.Pool, arm: keyof typeof ARMS, jobs: number): Promise<number> {
  const { claim, end, values } = ARMS[arm];
  await pool.query('truncate runs');
  await pool.query(`insert into runs (arm, status) select $1, 'queued' from generate_series(1, $2::int)`, [arm, jobs]);
  const from = performance.now();
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (;;) {
        const { rows } = await pool.query<{ id: string; epoch: string }>(claim, [arm]);
        const [run] = rows;
        if (run === undefined) return;
        await pool.query(end, values(run.id, run.epoch));
      }
    }),
  );
  return jobs / ((performance.now() - from) / 1_000);
}
