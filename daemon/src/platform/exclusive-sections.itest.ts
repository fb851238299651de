import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExclusiveSections } from './exclusive-sections.js';

describe('ExclusiveSections', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'maestro-sections-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('runs one action at a time, also between two instances, which stand for two processes', async () => {
    const file = join(folder, 'counter');
    await writeFile(file, '0');
    const add = async () => {
      const now = Number(await readFile(file, 'utf8'));
      await new Promise((resolve) => setImmediate(resolve));
      await writeFile(file, String(now + 1));
    };
    const [one, other] = [new ExclusiveSections<'a'>(folder, 30_000), new ExclusiveSections<'a'>(folder, 30_000)];
    await Promise.all(Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? one : other).exclusive('a', add)));
    expect(await readFile(file, 'utf8')).toBe('10');
  });

  it('says whose lock it was when nobody let go of it in time', async () => {
    const [one, other] = [new ExclusiveSections<'a'>(folder, 30_000), new ExclusiveSections<'a'>(folder, 100)];
    await one.exclusive('a', () => expect(other.exclusive('a', () => Promise.resolve())).rejects.toThrow(join(folder, 'a.lock')));
    expect(await other.exclusive('a', () => Promise.resolve('free again'))).toBe('free again');
  });

  it('goes on after an action that failed, and does not hold one name up for another', async () => {
    const sections = new ExclusiveSections<'a' | 'b'>(folder, 30_000);
    await expect(sections.exclusive('a', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    const inside = await sections.exclusive('a', () => sections.exclusive('b', () => Promise.resolve('both')));
    expect(inside).toBe('both');
  });
});
