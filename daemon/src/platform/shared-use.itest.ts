import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../test-support/wait-for.js';
import { readStartTime } from './process-tree.js';
import { SharedUse, markName } from './shared-use.js';

/** Each instance stands for a process of its own: they know of one another by their marks alone. */
describe('shared use', () => {
  let home: string;
  let serial = 0;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'maestro-use-'));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));
  const folder = () => join(home, String((serial += 1)));
  const marks = (of: string) => readdir(of).catch(() => []);

  it('lets many in at once, nested too, and leaves nothing behind', async () => {
    const at = folder();
    const [one, other] = [new SharedUse(at), new SharedUse(at)];
    const seen = await one.during(() => one.during(() => other.during(() => marks(at))));
    expect(seen).toHaveLength(2);
    expect(await marks(at)).toEqual([]);
  });

  it('lets nobody be alone while somebody is there, and says so at once', async () => {
    const at = folder();
    const [one, other] = [new SharedUse(at), new SharedUse(at)];
    await one.during(async () => expect(await other.alone('tidy', () => Promise.resolve('done'))).toBeUndefined());
    const leave = await one.stay();
    expect(await other.alone('tidy', () => Promise.resolve('done'))).toBe('done');
    expect(await other.alone('remove', () => Promise.resolve('done'))).toBeUndefined();
    leave();
    expect(await other.alone('remove', () => other.alone('tidy', () => Promise.resolve('two alone')).then((inner) => [inner]))).toEqual([undefined]);
  });

  it('tells whoever is alone that somebody waits, and lets that one in as soon as it has ended', async () => {
    const at = folder();
    const [one, other] = [new SharedUse(at), new SharedUse(at)];
    const order: string[] = [];
    let using: Promise<void> | undefined;
    await one.alone('tidy', async (wanted) => {
      expect(wanted()).toBe(false);
      using = other.during(() => Promise.resolve(void order.push('used')));
      await waitFor('somebody to be seen', wanted);
      order.push('alone no more');
    });
    await using;
    expect(order).toEqual(['alone no more', 'used']);
  });

  it('does not wait for the dead, nor for another that got the number of one', async () => {
    const at = folder();
    const use = new SharedUse(at);
    await use.during(() => Promise.resolve());
    const start = readStartTime(process.pid) ?? '';
    await writeFile(join(at, markName({ kind: 'tidy', id: 'a', pid: 2 ** 22 + 1, startTime: start })), '');
    if (start !== '') await writeFile(join(at, markName({ kind: 'remove', id: 'b', pid: process.pid, startTime: `${start}0` })), '');
    expect(await use.during(() => Promise.resolve('in'))).toBe('in');
    expect(await marks(at)).toEqual([]);
  });

  it('gives up on one that is alone and does not end, and lets go of what failed', async () => {
    const at = folder();
    const other = new SharedUse(at, undefined, 30);
    await new SharedUse(at).alone('tidy', async () => {
      await expect(other.during(() => Promise.resolve())).rejects.toThrow('shared_use_timeout');
    });
    await expect(other.during(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(other.alone('tidy', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await marks(at)).toEqual([]);
  });

  it('prepares before each first use, and after whoever took it away', async () => {
    const at = folder();
    let prepared = 0;
    const use = new SharedUse(at, () => Promise.resolve(void (prepared += 1)));
    await use.during(() => Promise.all([use.during(() => Promise.resolve()), use.during(() => Promise.resolve())]));
    expect(prepared).toBe(1);
    await use.during(() => Promise.resolve());
    expect(prepared).toBe(2);
  });
});
