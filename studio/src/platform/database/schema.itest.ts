import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENTITIES } from '../../app.module.js';
import { MIGRATIONS_DIR } from '../../studio.js';
import { backends } from '../../test-support/index.js';
import type { OpenDatabase } from './index.js';
import { dumpSchema } from './schema-dump.js';

/** Foreign keys that need no full index, and why. */
const WITHOUT_INDEX: Readonly<Record<string, string>> = {
  'runs.runs_session_id_fkey': 'sessions are kept as long as their runs; live runs of a session have a partial index',
};

describe.each(backends())('The schema on $name', (backend) => {
  let opened: OpenDatabase;
  beforeAll(async () => {
    opened = await backend.open();
  });
  afterAll(() => opened.close());

  it('is what the migrations lead to', async () => {
    const committed = await readFile(join(MIGRATIONS_DIR, 'schema.sql'), 'utf8');
    expect(await dumpSchema(opened.dataSource), 'run `npm run schema --workspace studio` after a build').toBe(committed);
  });

  it('has every column that an entity names, of the kind it says', async () => {
    const columns = await opened.dataSource.query<{ column: string; type: string; nullable: boolean }[]>(
      `select c.relname || '.' || a.attname as column, format_type(a.atttypid, null) as type, not a.attnotnull as nullable
         from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 where c.relnamespace = 'public'::regnamespace`,
    );
    const known = new Map(columns.map(({ column, type, nullable }) => [column, { type, nullable }]));
    for (const entity of ENTITIES) {
      const { tableName, columns: mapped } = opened.dataSource.getMetadata(entity);
      for (const { databaseName, isNullable, type, isArray } of mapped) {
        const name = `${tableName}.${databaseName}`;
        const expected = String(type).replace('timestamptz', 'timestamp with time zone') + (isArray ? '[]' : '');
        expect(known.get(name), name).toEqual({ type: expected, nullable: isNullable });
      }
    }
  });

  it('has an index that leads with every foreign key, so that deleting a parent does not read the whole table', async () => {
    const missing = await opened.dataSource.query<{ key: string }[]>(
      `select o.conrelid::regclass || '.' || o.conname as key from pg_constraint o
        where o.contype = 'f' and o.connamespace = 'public'::regnamespace
          and not exists (select from pg_index i where i.indrelid = o.conrelid and i.indpred is null
                            and (i.indkey::int2[])[0:cardinality(o.conkey) - 1] @> o.conkey)`,
    );
    expect(missing.map(({ key }) => key).filter((key) => WITHOUT_INDEX[key] === undefined)).toEqual([]);
  });
});
