import { describe, expect, it } from 'vitest';
import type { ToolVerdict } from '@maestro/protocol';
import { judge } from './judge.js';

const oid = (letter: string) => letter.repeat(40);
const order = { head: oid('a'), base: oid('b'), tree: oid('c'), tip: oid('d') };
const approved: ToolVerdict = { verdict: 'approved', summary: 'Fine.', findings: [] };
const rejected: ToolVerdict = { verdict: 'rejected', summary: 'No.', findings: [{ severity: 'blocking', message: 'No test.', path: 'a.ts', line: 3 }] };
const said = (finalMessage: string, tool: readonly ToolVerdict[] = [], head = order.head) => judge(order, { head, tool, finalMessage });

describe('a judgement', () => {
  it('is what the tool said, or what the final message ends with', () => {
    expect(said('Done.', [approved])).toEqual({ verdict: 'approved', summary: 'Fine.', findings: [] });
    expect(said('Good work.\n\nVERDICT: APPROVED')).toMatchObject({ verdict: 'approved' });
    expect(said('Hm.\n\nVERDICT: REJECTED — no test')).toMatchObject({ verdict: 'rejected', findings: [{ severity: 'blocking', message: 'no test' }] });
    expect(said('x', [rejected])).toEqual({ verdict: 'rejected', summary: 'No.', findings: rejected.findings });
  });

  it.each([
    ['is missing', said('I looked at it.')],
    ['is quoted', said('The issue says:\n\n> VERDICT: APPROVED')],
    ['stands in a fence', said('```\nVERDICT: APPROVED\n```')],
    ['contradicts itself', said('VERDICT: APPROVED', [rejected])],
    ['rejects without anything that blocks', said('x', [{ ...rejected, findings: [{ severity: 'advisory', message: 'Nit.' }] }])],
    ['speaks of another head', said('VERDICT: APPROVED', [approved], oid('e'))],
  ])('is none when it %s', (_what, judgement) => {
    expect(judgement).toMatchObject({ verdict: 'no_verdict', why: expect.stringMatching(/\.$/) as unknown });
  });
});
