import { setTimeout as sleep } from 'node:timers/promises';
import { ok, refuse } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { describeOnBoth } from '../../test-support/index.js';
import { afterCommit, databaseNow, sqlStateOf, violatesUnique } from './index.js';
import type { Tx } from './index.js';
import { execute, preparedExecute, preparedRows, rows } from './repository-access.js';

function addUser(tx: Tx, id: string, email: string | null = null): Promise<number> {
  return execute(tx, 'insert into users (id, name, email) values ($1, $2, $3)', [id, 'Somebody', email]);
}

const A = '01890000-0000-7000-8000-00000000000a';
const B = '01890000-0000-7000-8000-00000000000b';

describeOnBoth('Database', (db) => {
  const countUsers = () => db.database.read(async (reader) => Number((await rows<{ n: string }>(reader, 'select count(*) as n from users'))[0]?.n));

  it('commits what was returned, and rolls back what threw', async () => {
    await db.database.inTransaction((tx) => addUser(tx, A));
    await expect(
      db.database.inTransaction(async (tx) => {
        await addUser(tx, B);
        throw new Error('after the write');
      }),
    ).rejects.toThrow('after the write');
    expect(await countUsers()).toBe(1);
  });

  it('rolls back when the work returns a refusal, and returns it', async () => {
    const refused = await db.database.inTransaction(async (tx) => {
      await addUser(tx, A);
      return refuse('conflict', 'on_second_thought', 'Rather not.');
    });
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'on_second_thought' } });
    expect(await countUsers()).toBe(0);
    await db.database.inTransaction(async (tx) => {
      await addUser(tx, A);
      return ok('kept');
    });
    expect(await countUsers()).toBe(1);
  });

  describe('refuses a second handle in one call chain instead of waiting for ever', () => {
    it.each([
      ['a read inside a transaction', () => db.database.inTransaction(() => db.database.read((reader) => rows(reader, 'select 1')))],
      ['a transaction inside a transaction', () => db.database.inTransaction(() => db.database.inTransaction((tx) => addUser(tx, A)))],
      ['a transaction inside a read', () => db.database.read(() => db.database.inTransaction((tx) => addUser(tx, A)))],
      ['a read inside a read', () => db.database.read(() => db.database.read((reader) => rows(reader, 'select 1')))],
    ])('%s', async (_, nested) => {
      await expect(nested()).rejects.toMatchObject({ id: 'database.nested' });
    });

    it('but not in a chain that a finished transaction started', async () => {
      let later: Promise<number> | undefined;
      await db.database.inTransaction(async (tx) => {
        await addUser(tx, A);
        afterCommit(tx, () => {
          later = countUsers();
        });
      });
      await sleep(0);
      expect(await later).toBe(1);
    });
  });

  describe('a statement that is kept', () => {
    it('gives rows and counts as one that is not, and its errors are recognised', async () => {
      const add = (tx: Tx, id: string) => preparedExecute(tx, 'insert into users (id, name) values ($1, $2)', [id, 'Somebody']);
      expect(await db.database.inTransaction((tx) => add(tx, A))).toBe(1);
      expect(await db.database.inTransaction((tx) => add(tx, B))).toBe(1);
      expect(await db.database.read((reader) => preparedRows(reader, 'select name from users where id = $1', [B]))).toEqual([{ name: 'Somebody' }]);
      const again = await db.database.inTransaction((tx) => add(tx, B)).catch((error: unknown) => error);
      expect(violatesUnique(again, 'users_pkey')).toBe(true);
    });

    it('is planned anew when its table has changed, in a read and in a transaction', async () => {
      await db.database.inTransaction((tx) => execute(tx, 'create table kept (a int)'));
      const all = (handle: Tx) => preparedRows(handle, 'select * from kept');
      await db.database.inTransaction((tx) => execute(tx, 'insert into kept values (1)'));
      expect(await db.database.inTransaction(all)).toEqual([{ a: 1 }]);
      await db.database.inTransaction((tx) => execute(tx, 'alter table kept add column b int'));
      expect(await db.database.inTransaction(all)).toEqual([{ a: 1, b: null }]);
      await db.database.inTransaction((tx) => execute(tx, 'alter table kept add column c int'));
      expect(await db.database.read((reader) => preparedRows(reader, 'select * from kept'))).toEqual([{ a: 1, b: null, c: null }]);
      await db.database.inTransaction((tx) => execute(tx, 'drop table kept'));
    });
  });

  it('refuses a handle that outlived its transaction', async () => {
    let leaked: Tx | undefined;
    await db.database.inTransaction((tx) => {
      leaked = tx;
      return Promise.resolve();
    });
    await expect(addUser(leaked!, A)).rejects.toMatchObject({ id: 'database.handle_over' });
  });

  it('runs afterCommit hooks once it has committed, never otherwise, and survives one that fails', async () => {
    const ran: string[] = [];
    await db.database.inTransaction(async (tx) => {
      await addUser(tx, A);
      afterCommit(tx, () => Promise.reject(new Error('a hook that fails')).finally(() => ran.push('failed')));
      afterCommit(tx, () => void ran.push('second'));
      expect(ran).toEqual([]);
    });
    await db.database.inTransaction((tx) => {
      afterCommit(tx, () => void ran.push('never'));
      return Promise.resolve(refuse('conflict', 'no', 'No.'));
    });
    await sleep(0);
    expect(ran.toSorted()).toEqual(['failed', 'second']);
    expect(db.takeBackgroundErrors()).toMatchObject([{ message: 'a hook that fails' }]);
  });

  it('tries again after a serialization failure, and gives up after the tries allowed', async () => {
    const raise = (tx: Tx) => rows(tx, `do $$ begin raise exception 'made up' using errcode = '40001'; end $$`);
    let attempts = 0;
    const done = await db.database.inTransaction(async (tx) => {
      attempts += 1;
      await addUser(tx, A);
      if (attempts < 3) await raise(tx);
      return attempts;
    });
    expect(done).toBe(3);
    expect(await countUsers()).toBe(1);

    attempts = 0;
    const failed = db.database.inTransaction(
      async (tx) => {
        attempts += 1;
        await raise(tx);
      },
      { tries: 2 },
    );
    await expect(failed).rejects.toSatisfy((error: unknown) => sqlStateOf(error) === '40001');
    expect(attempts).toBe(2);
  });

  it('does twenty read-modify-writes at once without losing one', async () => {
    await db.database.inTransaction((tx) => addUser(tx, A));
    const increment = () =>
      db.database.inTransaction(async (tx) => {
        const [row] = await rows<{ name: string }>(tx, 'select name from users where id = $1 for update', [A]);
        const next = Number(row?.name.replace(/\D/g, '') || 0) + 1;
        await execute(tx, 'update users set name = $2 where id = $1', [A, `n${next}`]);
      });
    await Promise.all(Array.from({ length: 20 }, increment));
    const [row] = await db.query<{ name: string }>('select name from users');
    expect(row?.name).toBe('n20');
  });

  it('tells which unique constraint was violated', async () => {
    const error: unknown = await db.database
      .inTransaction(async (tx) => {
        await addUser(tx, A, 'a@example.com');
        await addUser(tx, B, 'a@example.com');
      })
      .catch((caught: unknown) => caught);
    expect(violatesUnique(error, 'users_email_key')).toBe(true);
    expect(violatesUnique(error, 'users_pkey')).toBe(false);
  });

  it('gives the database\'s own time, which moves on within a transaction', async () => {
    const [first, second] = await db.database.inTransaction(async (tx) => {
      const before = await databaseNow(tx);
      await rows(tx, 'select pg_sleep(0.01)');
      return [before, await databaseNow(tx)];
    });
    expect(second.getTime()).toBeGreaterThan(first.getTime());
  });

  it('knows what it can do', () => {
    expect(db.capabilities.version).toBeGreaterThanOrEqual(150_000);
    if (db.capabilities.kind === 'embedded') expect(db.capabilities.vector).toBe(true);
  });
});
