import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RemoteError } from '@maestro/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../platform/new-id.js';
import { ManualClock } from '../../platform/test-support/manual-clock.js';
import { waitFor } from '../../test-support/wait-for.js';
import { JournalStore } from '../journal/index.js';
import type { RunJournal } from '../journal/index.js';
import { RunReporter } from './run-reporter.js';
import type { ReporterOptions, TakenLast } from './run-reporter.js';

const RUN = '0198f0e0-0000-7000-8000-000000000001';
const USAGE = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, seconds: 0, turns: 0 };
let folder: string;
let clock: ManualClock;
let journal: RunJournal;
let settled: TakenLast[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'maestro-reporter-'));
  clock = new ManualClock();
  journal = await new JournalStore(folder, clock).open(RUN);
  settled = [];
});
afterEach(async () => {
  await journal.close();
  await rm(folder, { recursive: true, force: true });
});

/** Reports over a link that answers as the test says. */
function reporter(request: (method: string, params: never) => Promise<unknown>, expected: readonly string[] = []): RunReporter {
  const link = { request: ({ name }: { readonly name: string }, params: never) => request(name, params) } as unknown as ReporterOptions['link'];
  return new RunReporter({ journal, link, clock, random: () => 0, newId: () => newId(), onSettled: (last) => settled.push(last), onProblem: ({ id }) => expect(expected).toContain(id) });
}

/** Lets the reporter get as far as it can, and time go on for it. */
async function until(what: string, seen: () => boolean): Promise<void> {
  await waitFor(what, () => {
    if (seen()) return true;
    clock.advance(100);
    return false;
  });
}

const finish = { t: 'owed', at: 0, owed: { method: 'finish', opId: 'one', outcome: { kind: 'yielded' }, usage: USAGE, lastSeq: 0 } } as const;

describe('what a run reports last', () => {
  it('is told once, with what it counted for, and is owed until the run is settled', async () => {
    const asked: string[] = [];
    const reports = reporter((method) => {
      asked.push(method);
      return Promise.resolve(method === 'run/finish' ? { counted: 'superseded' } : { ackSeq: 1, pauseMs: 0 });
    });
    await journal.append(finish);
    reports.open();
    await until('the outcome', () => settled.length === 1);
    reports.close();
    reports.open();
    await journal.append({ t: 'event', event: { seq: 1, at: new Date(0).toISOString(), kind: 'log', payload: {} } });
    reports.poke();
    await until('the line after it', () => asked.length === 2);
    expect(asked).toEqual(['run/finish', 'run/events']);
    expect(settled).toEqual([{ method: 'finish', outcome: { kind: 'yielded' }, counted: 'superseded' }]);
    reports.end();
    await journal.close();
    journal = await new JournalStore(folder, clock).open(RUN);
    expect(journal.state.owed, 'a daemon that dies before it has kept the commits tells it again, and keeps them then').toEqual([finish.owed]);
  });

  it('is told in other words when the studio cannot read it', async () => {
    const asked: unknown[] = [];
    const reports = reporter((method, { outcome, usage }: { outcome: { kind: string }; usage: object }) => {
      asked.push({ method, kind: outcome.kind, usage });
      return outcome.kind === 'failed' ? Promise.resolve({ counted: 'counted' }) : Promise.reject(new RemoteError('run/finish', { code: -32_602, message: 'Not so.' }));
    }, ['runs/finish_refused']);
    await journal.append({ ...finish, owed: { ...finish.owed, usage: { ...USAGE, turns: 3 } } });
    reports.open();
    await until('the outcome', () => settled.length === 1);
    expect(asked).toEqual([{ method: 'run/finish', kind: 'yielded', usage: { ...USAGE, turns: 3 } }, { method: 'run/finish', kind: 'failed', usage: USAGE }]);
    expect(settled).toMatchObject([{ outcome: { kind: 'failed', class: 'internal' }, counted: 'counted' }]);
  });
});

describe('a studio that has much to write', () => {
  it('says how long to wait before the next lines, and is not asked before', async () => {
    const sentAt: number[] = [];
    const reports = reporter((_method, { events }: { events: readonly { seq: number }[] }) => {
      sentAt.push(clock.steady());
      return Promise.resolve({ ackSeq: events.at(-1)?.seq, pauseMs: 2_000 });
    });
    const text = 'x'.repeat(300_000);
    for (const seq of [1, 2, 3]) await journal.append({ t: 'event', event: { seq, at: new Date(0).toISOString(), kind: 'log', payload: { text } } });
    reports.open();
    await until('all lines', () => sentAt.length === 3);
    const [first = 0, second = 0, third = 0] = sentAt;
    expect(second - first).toBeGreaterThanOrEqual(2_000);
    expect(third - second).toBeGreaterThanOrEqual(2_000);
  });
});

describe('that a run has begun', () => {
  it('is told before what it has used since, also when that came while a message was on its way', async () => {
    const asked: string[] = [];
    const answers: ((value: unknown) => void)[] = [];
    const reports = reporter((method, { usage }: { usage?: typeof USAGE }) => {
      asked.push(usage === undefined ? method : `${method}, ${usage.outputTokens} tokens`);
      return new Promise((resolve) => answers.push(resolve));
    });
    const line = (seq: number) => ({ t: 'event' as const, event: { seq, at: new Date(0).toISOString(), kind: 'message' as const, payload: {} } });
    await journal.append(line(1));
    reports.open();
    await until('the first line', () => asked.length === 1);
    await journal.append({ t: 'owed', at: 0, owed: { method: 'start', opId: 'one', startedAt: new Date(0).toISOString() } }, line(2), { t: 'usage', usage: { ...USAGE, outputTokens: 500 } });
    reports.poke();
    answers[0]?.({ ackSeq: 1, pauseMs: 0 });
    await until('the second message', () => asked.length === 2);
    answers[1]?.({});
    await until('the third message', () => asked.length === 3);
    expect(asked).toEqual(['run/events, 0 tokens', 'run/start', 'run/events, 500 tokens']);
    reports.end();
    answers[2]?.({ ackSeq: 2, pauseMs: 0 });
  });
});
