import { appendFile, mkdtemp, open, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newId } from '../../platform/new-id.js';
import { systemClock } from '../../platform/clock.js';
import { JournalStore } from './run-journal.js';

let folder: string;
let store: JournalStore;
const run = newId();
const file = () => join(folder, run, 'journal');
const step = (name: string) => ({ t: 'step', at: 1, name, data: {} }) as const;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'maestro-journal-'));
  store = new JournalStore(folder, systemClock());
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a journal on disk', () => {
  it('is for its owner alone, and gives back what was written in the order in which it was', async () => {
    const journal = await store.open(run);
    await Promise.all(['a', 'b', 'c'].map((name) => journal.append(step(name))));
    expect([...journal.state.steps.keys()]).toEqual(['a', 'b', 'c']);
    await journal.close();
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, run))).mode & 0o777).toBe(0o700);
    expect((await store.read(run))?.records.map((record) => (record.t === 'step' ? record.name : ''))).toEqual(['a', 'b', 'c']);
    await expect(journal.append(step('late'))).rejects.toThrow('journal_closed');
  });

  it('goes on behind a line that a crash had cut off', async () => {
    const journal = await store.open(run);
    await journal.append(step('a'), step('b'));
    await journal.close();
    const whole = await readFile(file());
    await writeFile(file(), whole.subarray(0, whole.length - 5));
    const again = await store.open(run);
    expect([...again.state.steps.keys()]).toEqual(['a']);
    await again.append(step('c'));
    await again.close();
    expect([...(await store.read(run))!.state.steps.keys()]).toEqual(['a', 'c']);
  });

  it('reads what is sound around what is not', async () => {
    const journal = await store.open(run);
    await journal.append(step('a'));
    await appendFile(file(), Buffer.from([0, 255, 10, 10, 123, 10]));
    await journal.append(step('b'));
    await journal.close();
    expect([...(await store.read(run))!.state.steps.keys()]).toEqual(['a', 'b']);
  });

  it('opens no folder that is no run', async () => {
    await expect(store.open('../elsewhere')).rejects.toThrow('journal_run');
    expect(await store.read('../elsewhere')).toBeUndefined();
  });

  it('removes old journals that nobody is owed anything by', async () => {
    const other = newId();
    const settled = await store.open(run);
    await settled.append({ t: 'settled', at: 1, how: 'acknowledged' });
    await settled.close();
    const young = await store.open(other);
    await young.append({ t: 'settled', at: 1, how: 'acknowledged' });
    await young.close();
    await utimes(file(), new Date(0), new Date(0));
    await store.sweep(60_000);
    expect(await store.runs()).toEqual([other]);
  });

  const event = (seq: number) => ({ t: 'event', event: { seq, at: new Date(0).toISOString(), kind: 'log', payload: { text: 'x'.repeat(100) } } }) as const;

  it('of a long run stays small while the studio takes its lines, and loses nothing that is owed', async () => {
    const journal = await new JournalStore(folder, systemClock(), { compactBytes: 5_000, keptCharacters: 500, spoolBytes: 100_000 }).open(run);
    await journal.append(step('a'));
    for (let seq = 1; seq <= 400; seq += 1) {
      await journal.append(event(seq));
      if (seq % 10 === 0) await journal.append({ t: 'events_acked', seq: seq - 5 });
    }
    await journal.append(step('b'));
    await journal.close();
    const { size } = await stat(file());
    expect(size).toBeLessThan(15_000);
    expect(journal.bytes).toBe(size);
    const { state } = (await store.read(run))!;
    expect(state).toMatchObject({ lastSeq: 400, ackedSeq: 395 });
    expect(state.unsent.map(({ seq }) => seq)).toEqual([396, 397, 398, 399, 400]);
    expect([...state.steps.keys()]).toEqual(['a', 'b']);
  });

  it('keeps what a full disk refused, and writes it when there is room again', async () => {
    const journal = await store.open(run);
    await journal.append(step('a'));
    const probe = await open(file(), 'a');
    const handles = Object.getPrototypeOf(probe) as { appendFile(text: string): Promise<void> };
    await probe.close();
    const { appendFile: real } = handles;
    const full = vi.spyOn(handles, 'appendFile').mockImplementationOnce(async function (this: unknown, text) {
      await real.call(this, text.slice(0, 20));
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    });
    await expect(journal.append(step('b'))).rejects.toThrow('no space');
    full.mockRestore();
    expect([...journal.state.steps.keys()]).toEqual(['a', 'b']);
    await journal.append(step('c'));
    await journal.close();
    expect([...(await store.read(run))!.state.steps.keys()]).toEqual(['a', 'b', 'c']);
  });
});
