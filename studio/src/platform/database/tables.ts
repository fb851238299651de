import type { QueryRunner } from 'typeorm';

export interface Column {
  readonly name: string;
  /** As SQL spells it: `timestamp with time zone`, `uuid[]`. */
  readonly type: string;
  /** Numbered by the database. */
  readonly isIdentity: boolean;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Columns of the primary key, in its order. */
  readonly key: readonly string[];
}

/** What describes the database rather than what is in it, and what is of one moment only. */
const NOT_CONTENT = ['schema_migrations', 'loop_leases'];

/** Columns that the database computes are left out: nobody can write them. */
const TABLES = `
  select c.relname as name,
         json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'isIdentity', a.attidentity <> '') order by a.attnum) as columns,
         coalesce((select json_agg(k.attname order by i.place) from pg_index x
                     cross join lateral unnest(x.indkey) with ordinality as i (attnum, place)
                     join pg_attribute k on k.attrelid = x.indrelid and k.attnum = i.attnum
                    where x.indrelid = c.oid and x.indisprimary), '[]') as key
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
   where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> all($1)
   group by c.oid, c.relname order by c.relname`;

/** Every table that holds what people and machines have made, read from the catalogs: a table that is added later is in a backup without being listed. */
export function contentTables(runner: QueryRunner): Promise<readonly Table[]> {
  return runner.query(TABLES, [NOT_CONTENT]) as Promise<readonly Table[]>;
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
