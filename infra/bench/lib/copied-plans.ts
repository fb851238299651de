import pg from 'pg';

/** The studio's ids are of version 7, and what it reads is held against that. */
const NEW_ID = `overlay(gen_random_uuid()::text placing '7' from 15 for 1)::uuid`;

/** What of a copied row is its own. Everything else is as the studio wrote it. */
type Own = Readonly<Record<string, string>>;

/**
 * Copies a running plan that was made through the API, with its phases and tasks, beside the studio: a hundred thousand tasks would take it
 * many minutes. The copies have no history, and their tasks depend on nothing; that is all that tells them from plans which were
 * imported and activated. The statistics that PostgreSQL makes by itself within a minute are made at once.
 *
 * @returns the ids of the copies.
 */
export async function copyPlan(url: string, planId: string, times: number): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(`create temp table copies on commit drop as select number, ${NEW_ID} as id from generate_series(1, $1::int) as number`, [times]);
    await copy(client, 'plans', { id: 'copies.id', epic_branch: `s.epic_branch || '-' || copies.number` }, `plans s cross join copies where s.id = '${planId}'`);
    await client.query(
      `create temp table copied_phases on commit drop as
         select s.id as original, copies.id as plan, copies.number, ${NEW_ID} as id from phases s cross join copies where s.plan_id = '${planId}'`,
    );
    await copy(client, 'phases', { id: 'p.id', plan_id: 'p.plan' }, 'phases s join copied_phases p on p.original = s.id');
    const task = {
      id: NEW_ID, plan_id: 'p.plan', phase_id: 'p.id',
      number: 's.number + p.number * 1000000', key: `s.key || '-' || p.number`, branch: `s.branch || '-' || p.number`,
    };
    await copy(client, 'tasks', task, 'tasks s join copied_phases p on p.original = s.phase_id');
    const { rows } = await client.query<{ id: string }>('select id from copies');
    await client.query('commit');
    await client.query('analyze plans, phases, tasks');
    return rows.map(({ id }) => id);
  } finally {
    await client.end();
  }
}

async function copy(client: pg.Client, table: string, own: Own, from: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select column_name as name from information_schema.columns where table_name = $1 and table_schema = current_schema()', [table]);
  const columns = rows.map(({ name }) => name);
  await client.query(`insert into ${table} (${columns.map((name) => `"${name}"`).join(', ')}) select ${columns.map((name) => own[name] ?? `s."${name}"`).join(', ')} from ${from}`);
}
