import type pg from 'pg';

/** The events that machines' lines leave in the database, whatever anybody was told of them. */
export class Ledger {
  constructor(
    private readonly pool: pg.Pool,
    private readonly project: string,
  ) {}

  /** Cursors of all of them, as browsers are given them. */
  async cursors(): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ cursor: string }>(`select txid::text || '.' || seq::text as cursor from events where project_id = $1 and kind = 'run/output' order by txid, seq`, [this.project]);
    return rows.map(({ cursor }) => cursor);
  }

  /**
   * A transaction that has begun to write and does not end: what commits after it is read by nobody before it has ended.
   *
   * @returns ends it.
   */
  async holdBack(): Promise<() => Promise<void>> {
    const client = await this.pool.connect();
    await client.query('begin');
    await client.query('select pg_current_xact_id()');
    return async () => {
      await client.query('rollback');
      client.release();
    };
  }
}
