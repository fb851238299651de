import { fc, test } from '@fast-check/vitest';
import type { RunEventItem } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { joinLines, readUpTo } from './lines.js';
import { nextError, transcriptOf } from './transcript.js';
import type { Item } from './transcript.js';

type Said = Pick<RunEventItem, 'kind'> & { readonly payload?: RunEventItem['payload'] };

/** A journal of these lines, one second apart. */
const journal = (...said: readonly Said[]): RunEventItem[] => said.map(({ kind, payload = {} }, index) => ({ seq: index + 1, at: new Date(Date.UTC(2026, 2, 2, 12, 0, index)).toISOString(), kind, payload }));
const shown = (...said: readonly Said[]): readonly Item[] => transcriptOf(journal(...said), false).items;

const started = (id: string, title = `call ${id}`): Said => ({ kind: 'tool_started', payload: { id, name: 'Bash', title, input: '{}' } });
const ended = (id: string, ok = true): Said => ({ kind: 'tool_ended', payload: { id, ok, summary: `result ${id}` } });
const log = (text: string, stream = 'stdout'): Said => ({ kind: 'log', payload: { stream, text } });
const message = (text: string): Said => ({ kind: 'message', payload: { text } });

const anyLine = fc.oneof(
  fc.constantFrom('a', 'b', '').map((id) => started(id)),
  fc.tuple(fc.constantFrom('a', 'b', ''), fc.boolean()).map(([id, ok]) => ended(id, ok)),
  fc.constantFrom('one', 'two').map((text) => log(text)),
  fc.string().map(message),
  fc.constant<Said>({ kind: 'usage', payload: { inputTokens: 1 } }),
  fc.tuple(fc.constantFrom('test', 'lint'), fc.constantFrom('started', 'passed', 'failed')).map(([command, state]): Said => ({ kind: 'validation', payload: { command, state } })),
  fc.nat({ max: 9 }).map((done): Said => ({ kind: 'phase', payload: { phase: 'analyse', done, of: 9 } })),
  // What a daemon of another version might write: every field missing.
  fc.constantFrom<RunEventItem['kind']>('phase', 'message', 'thought', 'tool_started', 'tool_ended', 'question', 'quota', 'log', 'validation', 'steered', 'checkpoint').map((kind): Said => ({ kind })),
);
const anyJournal = fc.array(anyLine, { maxLength: 80 }).map((said) => journal(...said));

describe('joinLines', () => {
  test.prop([anyJournal.chain((lines) => fc.tuple(fc.constant(lines), fc.array(fc.subarray(lines), { maxLength: 8 })))])('gives the same whatever the order, the overlaps and the repetitions of pages', ([lines, pages]) => {
    const forward = pages.reduce(joinLines, []);
    const backward = pages.toReversed().map((page) => page.toReversed()).reduce(joinLines, []);
    expect(backward).toEqual(forward);
    const read = new Set(pages.flat().map(({ seq }) => seq));
    expect(forward).toEqual(lines.filter(({ seq }) => read.has(seq)));
    expect(joinLines(forward, lines)).toEqual(lines);
  });

  test.prop([anyJournal.chain((lines) => fc.subarray(lines))])('goes on reading at the first gap', (lines) => {
    const upTo = readUpTo(lines);
    expect(lines.slice(0, upTo).map(({ seq }) => seq)).toEqual(Array.from({ length: upTo }, (_, index) => index + 1));
    expect(lines.some(({ seq }) => seq === upTo + 1)).toBe(false);
  });
});

describe('transcriptOf', () => {
  it('folds a call and its result into one, with how long it took', () => {
    expect(shown(started('x'), message('meanwhile'), ended('x'))).toMatchObject([
      { kind: 'tool', seq: 1, title: 'call x', state: 'ok', result: 'result x', ms: 2_000 },
      { kind: 'message', seq: 2 },
    ]);
  });

  it('gives each result to its own call, however they cross, and ids that come again to the oldest that waits', () => {
    expect(shown(started('x', 'first'), started('y', 'other'), started('x', 'second'), ended('x', false), ended('y'), ended('x'))).toMatchObject([
      { title: 'first', state: 'failed' },
      { title: 'other', state: 'ok' },
      { title: 'second', state: 'ok' },
    ]);
  });

  it('shows a result whose call it does not have, and says of a call without one that none came', () => {
    expect(shown(ended('x'))).toMatchObject([{ kind: 'tool', title: 'The result of a tool', result: 'result x' }]);
    expect(transcriptOf(journal(started('x')), true).items).toMatchObject([{ state: 'unknown' }]);
    expect(transcriptOf(journal(started('x')), false).items).toMatchObject([{ state: 'running' }]);
  });

  it('folds output that follows one another, stream by stream, usage between it notwithstanding', () => {
    expect(shown(log('1'), { kind: 'usage' }, log('2'), log('3', 'stderr'), message('m'), log('4'))).toMatchObject([
      { kind: 'output', text: '1\n2', lines: 2 },
      { kind: 'output', stream: 'stderr', text: '3' },
      { kind: 'message' },
      { kind: 'output', text: '4' },
    ]);
  });

  it('knows the model of the agent, the last that it said', () => {
    const said = (model: string): Said => ({ kind: 'phase', payload: { phase: 'agent', agent: 'claude', model } });
    expect(transcriptOf(journal(said('small'), message('x'), said('large')), true).model).toBe('large');
    expect(transcriptOf(journal(message('x')), true).model).toBeUndefined();
    expect(shown(said('small'))).toMatchObject([{ kind: 'phase', words: 'claude with small' }]);
  });

  it('names lines that the studio does not have', () => {
    const lines = journal(message('1'), message('2'), message('3'), message('4'), message('5')).filter(({ seq }) => seq === 3 || seq === 5);
    expect(transcriptOf(lines, false).items).toMatchObject([{ kind: 'gap', seq: 1, to: 2 }, { seq: 3 }, { kind: 'gap', seq: 4, to: 4 }, { seq: 5 }]);
  });

  test.prop([anyJournal.chain((lines) => fc.subarray(lines)), fc.boolean()])('shows every line somewhere and loses no words', (lines, isOver) => {
    const { items, itemOf, errors } = transcriptOf(lines, isOver);
    const last = lines.at(-1)?.seq ?? 0;
    expect([...itemOf.keys()].sort((one, other) => one - other)).toEqual(Array.from({ length: last }, (_, index) => index + 1));
    // Nothing but usage, which shows nothing of itself, may lead to an item that is not there.
    if (items.length > 0) for (const position of itemOf.values()) expect(items[position]).toBeDefined();
    expect(items.map(({ seq }) => seq)).toEqual(items.map(({ seq }) => seq).sort((one, other) => one - other));
    const said = (kind: string): number => lines.filter((line) => line.kind === kind).length;
    expect(items.filter(({ kind }) => kind === 'message')).toHaveLength(said('message'));
    expect(items.filter(({ kind }) => kind === 'tool').length).toBeGreaterThanOrEqual(Math.max(said('tool_started'), said('tool_ended')));
    expect(errors.length).toBe(lines.filter(({ kind, payload }) => (kind === 'tool_ended' && payload['ok'] === false) || (kind === 'validation' && payload['state'] !== 'started' && payload['state'] !== 'passed')).length);
    if (isOver) expect(items.some((item) => (item.kind === 'tool' || item.kind === 'check') && item.state === 'running')).toBe(false);
  });

  test.prop([anyJournal, fc.nat({ max: 80 })])('shows the beginning the same however much follows', (lines, count) => {
    const some = transcriptOf(lines.slice(0, count), false);
    const all = transcriptOf(lines, false);
    expect(all.items.slice(0, some.items.length).map(({ seq, kind }) => ({ seq, kind }))).toEqual(some.items.map(({ seq, kind }) => ({ seq, kind })));
  });
});

describe('nextError', () => {
  it('goes from one to the next in both directions, and round at the ends', () => {
    const errors = [2, 7, 9];
    expect([-1, 2, 7, 9].map((from) => nextError({ errors }, from, 1))).toEqual([2, 7, 9, 2]);
    expect([0, 7, 9, 12].map((from) => nextError({ errors }, from, -1))).toEqual([9, 2, 7, 9]);
    expect(nextError({ errors: [] }, 0, 1)).toBeUndefined();
  });
});
