import type { RunOutcome, RunView } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { outcomeSentence } from './outcome.js';

const ENDED = { status: 'succeeded', sentence: null, outcome: null, endedAt: '2026-03-02T12:00:00Z' } satisfies Partial<RunView>;
const head = 'a'.repeat(40) as never;
const of = (outcome: RunOutcome): string | undefined => outcomeSentence({ ...ENDED, outcome });
const produced = { kind: 'produced', head, tree: head, base: head, baseTree: 'b'.repeat(40) as never, tip: head, commits: 1, filesChanged: 3, finalMessage: '' } as const;

describe('outcomeSentence', () => {
  it('says nothing of a run that has not ended', () => {
    expect(outcomeSentence({ ...ENDED, endedAt: null })).toBeUndefined();
  });

  it.each<[RunOutcome, string]>([
    [produced, 'It handed in 1 commit that changes 3 files, as `aaaaaaaaaaaa`.'],
    [{ ...produced, baseTree: head }, 'It changed nothing.'],
    [{ kind: 'judged', head, tool: [], finalMessage: '' }, 'It gave its verdict in words, at the end of its last message.'],
    [{ kind: 'judged', head, tool: [{ verdict: 'rejected', summary: '', findings: [{ severity: 'blocking', message: 'x' }, { severity: 'advisory', message: 'y' }] }], finalMessage: '' }, 'It sent the change back, with 1 blocking finding and 1 remark.'],
    [{ kind: 'merged', commit: head, tip: head, found: false }, 'It landed as `aaaaaaaaaaaa`.'],
    [{ kind: 'conflict', tip: head, paths: ['a', 'b', 'c', 'd'], detail: '' }, 'It conflicts with the epic branch in 4 files: `a`, `b`, `c` and others.'],
    [{ kind: 'failed', class: 'git', sentence: 'The remote refused it.' }, 'The remote refused it.'],
  ])('tells of %j', (outcome, sentence) => {
    expect(of(outcome)).toBe(sentence);
  });

  it('quotes the studio where there is no outcome, and names the end where there are no words', () => {
    expect(outcomeSentence({ ...ENDED, status: 'cancelled', sentence: 'A person cancelled it: enough.' })).toBe('A person cancelled it: enough.');
    expect(outcomeSentence({ ...ENDED, status: 'withdrawn' })).toContain('taken back');
  });
});
