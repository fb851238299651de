import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { breakingStatements, declaresContract } from './expand-only.js';

const directory = new URL('../../../migrations/', import.meta.url);
/** Was applied everywhere before two versions could meet, and is never edited. */
const BEFORE_THE_RULE = ['0003_catalog.sql'];
const files = readdirSync(directory).filter((name) => /^\d{4}_\w+\.sql$/.test(name) && !BEFORE_THE_RULE.includes(name));

describe('The migrations', () => {
  it.each(files)('%s only adds, or says that it takes away', (name) => {
    const sql = readFileSync(new URL(name, directory), 'utf8');
    const breaking = declaresContract(sql) ? [] : breakingStatements(sql);
    expect(breaking, 'studios of before this migration are still running: add beside, or begin the file with "-- contract: why nobody needs it any more"').toEqual([]);
  });
});

describe('breakingStatements', () => {
  it.each([
    ['a new table, all of it', `CREATE TABLE a (id int NOT NULL); ALTER TABLE a ADD CONSTRAINT x UNIQUE (id); CREATE UNIQUE INDEX i ON a (id); ALTER TABLE a ALTER COLUMN id TYPE bigint`],
    ['a column that may be empty', 'alter table a add column b text, add c numeric(3, 1)'],
    ['a column with a default', `alter table a add column b text not null default ','`],
    ['an index', 'create index i on a (b)'],
    ['a wider set of words', `alter table a drop constraint a_kind_check, add constraint a_kind_check check (kind in ('x', 'y'))`],
    ['a looser column', 'alter table a alter column b drop not null, alter b set default 3'],
    ['words in a comment', `-- drop table a;\n/* drop table b; */ insert into c values ('; drop table d; --')`],
    ['nothing', ' ;\n-- nothing\n'],
  ])('lets %s pass', (_, sql) => {
    expect(breakingStatements(sql)).toEqual([]);
  });

  it.each([
    ['a table that goes', 'drop table a'],
    ['a column that goes', 'create index i on b (c); alter table a drop column b'],
    ['a new name', 'alter table a rename column b to c'],
    ['another type', 'alter table a alter column b type bigint'],
    ['a column that must be filled', 'alter table a add column b text not null'],
    ['a column that had not to be filled', 'alter table a alter column b set not null'],
    ['a rule that older writers do not know', 'alter table a add constraint c check (b > 0)'],
    ['a check of another name', 'alter table a drop constraint x, add constraint c check (b > 0)'],
    ['a unique index on what was there', 'create unique index i on a (b)'],
    ['a unique column', 'alter table a add column b text unique'],
    ['rows that go', 'delete from a'],
    ['what it does not know', 'vacuum full'],
    ['what hides behind something harmless', `comment on table a is 'it''s; fine'; drop table a`],
  ])('finds %s', (_, sql) => {
    expect(breakingStatements(sql)).toHaveLength(1);
  });
});
