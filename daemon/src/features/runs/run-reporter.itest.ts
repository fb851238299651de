import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { METHODS } from '@maestro/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../platform/clock.js';
import { newId } from '../../platform/new-id.js';
import { waitFor } from '../../test-support/wait-for.js';
import { RunJournal } from '../journal/index.js';
import { RunReporter } from './run-reporter.js';

let folder: string;
let journal: RunJournal;
let reporter: RunReporter;
/** What the studio heard, and the answers that it has not given yet. */
let heard: string[];
let answers: ((value: unknown) => void)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'maestro-reporter-'));
  journal = await RunJournal.open(folder, newId(), systemClock());
  [heard, answers] = [[], []];
  reporter = new RunReporter({
    journal,
    link: {
      request: ((method: { readonly name: string }, params: { readonly usage?: { readonly outputTokens: number } }) => {
        heard.push(method.name === METHODS.runEvents.name ? `${method.name}, ${params.usage?.outputTokens} tokens` : method.name);
        return new Promise((resolve) => answers.push(resolve));
      }) as never,
    },
    clock: systemClock(),
    random: () => 0,
    newId,
    onSettled: () => undefined,
    onProblem: ({ detail }) => {
      throw detail;
    },
  });
});
afterEach(async () => {
  reporter.end();
  for (const answer of answers) answer({ ackSeq: 0 });
  await journal.close();
  await rm(folder, { recursive: true, force: true });
});

describe('what a run reports', () => {
  it('tells that it has begun before what it has used since, also when that came while a message was on its way', async () => {
    const line = (seq: number) => ({ t: 'event' as const, event: { seq, at: new Date().toISOString(), kind: 'message' as const, payload: { text: `line ${seq}` } } });
    await journal.append(line(1));
    reporter.open();
    await waitFor('the first line', () => heard.length === 1);
    await journal.append({ t: 'owed', at: journal.now(), owed: { method: 'start', opId: newId(), startedAt: new Date().toISOString() } }, line(2));
    await journal.append({ t: 'usage', usage: { inputTokens: 0, outputTokens: 500, cachedInputTokens: 0, seconds: 1, turns: 1 } });
    reporter.poke();
    answers[0]?.({ ackSeq: 1 });
    await waitFor('the second message', () => heard.length === 2);
    answers[1]?.({});
    await waitFor('the third message', () => heard.length === 3);
    expect(heard).toEqual(['run/events, 0 tokens', 'run/start', 'run/events, 500 tokens']);
  });
});
