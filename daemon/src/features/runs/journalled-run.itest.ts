import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../platform/new-id.js';
import { ManualClock } from '../../platform/test-support/manual-clock.js';
import { waitFor } from '../../test-support/wait-for.js';
import { JournalStore } from '../journal/index.js';
import type { RunJournal } from '../journal/index.js';
import { JournalledRun } from './journalled-run.js';
import type { JournalledRunOptions } from './journalled-run.js';
import { RunReporter } from './run-reporter.js';
import type { ReporterOptions, TakenLast } from './run-reporter.js';

const RUN = '0198f0e0-0000-7000-8000-000000000001';
const USAGE = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, seconds: 0, turns: 0 };
const LIMITS = { compactBytes: 20_000, keptCharacters: 2_000, spoolBytes: 200_000 };
/** Lines of one minute; a message to the studio takes 200 of them. */
const LINES = 100;
const MINUTE_MS = 60_000;

type Sent = { readonly opId: string; readonly events: readonly { readonly seq: number; readonly kind: string; readonly payload: { readonly text?: string; readonly phase?: string } }[] };

/** A studio as far as one run goes: lines by their number, everything else by its operation. It can be away, and lose answers. */
class TinyStudio {
  away = false;
  losesAnswers = 0;
  readonly lines = new Map<number, Sent['events'][number]>();
  /** How often each outcome came. */
  readonly outcomes = new Map<string, number>();

  request({ name }: { readonly name: string }, { opId, events }: Sent): Promise<unknown> {
    if (this.away) return Promise.reject(new Error('away'));
    if (name === 'run/events') for (const event of events) this.lines.set(event.seq, event);
    if (name === 'run/finish') this.outcomes.set(opId, (this.outcomes.get(opId) ?? 0) + 1);
    if (name === 'run/finish' && this.losesAnswers-- > 0) return Promise.reject(new Error('away'));
    return Promise.resolve(name === 'run/finish' ? { counted: 'counted' } : { ackSeq: Math.max(0, ...this.lines.keys()), pauseMs: 0 });
  }
}

describe('a run whose studio is away', () => {
  let folder: string;
  let clock: ManualClock;
  let studio: TinyStudio;
  let journal: RunJournal;
  let run: JournalledRun;
  let reports: RunReporter;
  let taken: TakenLast[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'maestro-outage-'));
    [clock, studio, taken] = [new ManualClock(), new TinyStudio(), []];
    await begin();
  });
  afterEach(async () => {
    reports.end();
    await journal.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** A daemon comes up with what the journal holds. */
  async function begin(): Promise<void> {
    journal = await new JournalStore(folder, clock, LIMITS).open(RUN);
    const link = studio as unknown as ReporterOptions['link'];
    reports = new RunReporter({ journal, link, clock, random: () => 0.5, newId: () => newId(), onSettled: (last) => taken.push(last), onProblem: ({ id }) => expect(id).toBe('') });
    const ports = { clock, newId: () => newId(), onProblem: ({ id }: { readonly id: string }) => expect(id).toBe('') };
    run = new JournalledRun({ ports, link, journal, packet: { run: RUN }, marker: 'm', signal: new AbortController().signal, trace: undefined, onWritten: () => reports.poke(), onStarted: () => undefined, onGranted: () => undefined, awakeMs: () => 0 } as unknown as JournalledRunOptions);
    reports.open();
  }

  /** So many minutes in which the agent never stops talking, and comes to a milestone in each. */
  async function talk(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute += 1) {
      for (let line = 0; line < LINES; line += 1) run.emit('log', { stream: 'stdout', text: `${line} `.padEnd(100, 'words ') });
      run.emit('phase', { phase: `minute ${minute}` });
      await journal.append({ t: 'step', at: clock.now(), name: 'talked', data: {} });
      clock.advance(MINUTE_MS);
    }
  }

  const bytes = async () => (await stat(join(folder, RUN, 'journal'))).size;

  async function until(what: string, seen: () => boolean): Promise<void> {
    await waitFor(what, () => {
      if (seen()) return true;
      clock.advance(1_000);
      return false;
    });
  }

  it('for half an hour fills no disk, and its milestones and its outcome arrive, each once', async () => {
    studio.away = true;
    await talk(30);
    const owed = { method: 'finish' as const, opId: newId(), outcome: { kind: 'yielded' as const }, usage: USAGE, lastSeq: journal.state.lastSeq };
    await run.owe(owed);
    expect(journal.full).toBe(true);
    expect(await bytes()).toBeLessThan(LIMITS.spoolBytes * 1.1);
    // And the daemon is another one when the studio is back.
    reports.end();
    await journal.close();
    await begin();
    [studio.away, studio.losesAnswers] = [false, 1];
    await until('the outcome to be taken', () => taken.length > 0);
    expect([...studio.outcomes], 'told again because its answer was lost, under the one operation').toEqual([[owed.opId, 2]]);
    expect(taken).toEqual([{ method: 'finish', outcome: { kind: 'yielded' }, counted: 'counted' }]);
    const held = [...studio.lines.values()];
    expect([...studio.lines.keys()], 'without a gap').toEqual(held.map((_line, index) => index + 1));
    expect(held.filter(({ kind }) => kind === 'phase').map(({ payload }) => payload.phase)).toEqual(Array.from({ length: 30 }, (_none, minute) => `minute ${minute}`));
    expect(held.filter(({ payload }) => payload.text?.includes('the journal of this run is full') === true), 'it says once that it is not whole').toHaveLength(1);
  });

  it('is written down in full again when the studio is back and has what there was', async () => {
    studio.away = true;
    await talk(30);
    studio.away = false;
    const told = () => until('everything to be told', () => journal.state.unsent.length === 0);
    await told();
    const before = studio.lines.size;
    for (let minute = 0; minute < 20; minute += 1) {
      await talk(1);
      await told();
    }
    expect(studio.lines.size - before).toBe(20 * (LINES + 1));
  });
});
