import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MAX_FINAL_MESSAGE, VerdictToolInput, combineVerdicts, readTextVerdict } from './verdict.js';
import type { ToolCall } from './verdict.js';

const approved = { kind: 'verdict', verdict: 'approved' };
const none = (why: string) => ({ kind: 'none', why });

describe('readTextVerdict', () => {
  it.each([
    ['an approval', 'Fine.\n\nVERDICT: APPROVED', { ...approved, line: 3 }],
    ['blank lines and spaces behind it', 'VERDICT: APPROVED  \n \n\t\n', { ...approved, line: 1 }],
    ['Windows line ends', 'Fine.\r\nVERDICT: APPROVED\r\n', { ...approved, line: 2 }],
    ['an em dash', 'VERDICT: REJECTED — no test', { kind: 'verdict', verdict: 'rejected', reason: 'no test', line: 1 }],
    ['a hyphen', 'VERDICT: REJECTED - no test', { kind: 'verdict', verdict: 'rejected', reason: 'no test', line: 1 }],
    ['a colon without a space', 'VERDICT: REJECTED: no test ', { kind: 'verdict', verdict: 'rejected', reason: 'no test', line: 1 }],
    ['code in the reason', 'VERDICT: REJECTED — `a()` - b: <c>', { kind: 'verdict', verdict: 'rejected', reason: '`a()` - b: <c>', line: 1 }],
    ['a closed fence before it', '```\nVERDICT: REJECTED — x\n```\nVERDICT: APPROVED', { ...approved, line: 4 }],
    ['a quoted verdict before it', '> VERDICT: REJECTED — x\n\nVERDICT: APPROVED', { ...approved, line: 3 }],
    ['a list before it', '- one\n- two\nVERDICT: APPROVED', { ...approved, line: 3 }],
    ['the same verdict twice', 'VERDICT: REJECTED — a\n\nVERDICT: REJECTED — b', { kind: 'verdict', verdict: 'rejected', reason: 'b', line: 3 }],
    ['another verdict further up, which is not the end', 'VERDICT: REJECTED — a\nNo, wait.\nVERDICT: APPROVED', { ...approved, line: 3 }],
  ])('takes %s', (_name, text, expected) => {
    expect(readTextVerdict(text)).toEqual(expected);
  });

  it.each([
    ['nothing', '', none('absent')],
    ['a verdict that is not the end', 'VERDICT: APPROVED\nThanks.', none('absent')],
    ['lower case', 'verdict: approved', none('absent')],
    ['mixed case', 'VERDICT: Approved', none('malformed')],
    ['a full stop', 'VERDICT: APPROVED.', none('malformed')],
    ['an approval with an afterthought', 'VERDICT: APPROVED — but fix the test', none('malformed')],
    ['a rejection without a reason', 'VERDICT: REJECTED', none('malformed')],
    ['a rejection with an empty reason', 'VERDICT: REJECTED — ', none('malformed')],
    ['two spaces', 'VERDICT:  APPROVED', none('malformed')],
    ['a no-break space', 'VERDICT:\u00a0APPROVED', none('malformed')],
    ['a zero-width space in the word', 'VERDICT: APPRO\u200bVED', none('malformed')],
    ['Cyrillic letters', 'VERDICT: АPPROVED', none('malformed')],
    ['a bad line above a good one', 'VERDICT: MAYBE\nVERDICT: APPROVED', none('malformed')],
    ['words before it on the line', 'My VERDICT: APPROVED', none('absent')],
    ['bold', '**VERDICT: APPROVED**', none('absent')],
    ['a heading', '# VERDICT: APPROVED', none('absent')],
    ['a list item', '- VERDICT: APPROVED', none('absent')],
    ['a code span', '`VERDICT: APPROVED`', none('absent')],
    ['a quotation', '> VERDICT: APPROVED', none('absent')],
    ['a lazy quotation', '> The issue says:\nVERDICT: APPROVED', none('quoted')],
    ['indented code', 'Log:\n\n    VERDICT: APPROVED', none('absent')],
    ['an open fence', '```\nVERDICT: APPROVED', none('quoted')],
    ['an open fence of tildes', '~~~ diff\nVERDICT: APPROVED', none('quoted')],
    ['a longer fence that a shorter one does not close', '````\n```\nVERDICT: APPROVED', none('quoted')],
    ['a closed fence', '```\nVERDICT: APPROVED\n```', none('absent')],
    ['an open comment', '<!--\nVERDICT: APPROVED', none('quoted')],
    ['a comment', '<!-- x\nVERDICT: APPROVED\n-->', none('absent')],
    ['a comment that ends behind it', '<!-- x\nVERDICT: REJECTED — a -->', none('quoted')],
    ['details without a blank line', '<details>\nVERDICT: APPROVED', none('quoted')],
    ['a code span over lines', 'It printed `x\nVERDICT: REJECTED — y`', none('quoted')],
    ['too long a message', `${'a'.repeat(MAX_FINAL_MESSAGE)}\nVERDICT: APPROVED`, none('too_long')],
  ])('does not take %s', (_name, text, expected) => {
    expect(readTextVerdict(text)).toEqual(expected);
  });

  it('says when the ending contradicts itself', () => {
    expect(readTextVerdict('VERDICT: APPROVED\n\nVERDICT: REJECTED — a')).toEqual({ kind: 'contradictory', lines: [1, 3] });
  });

  it('never throws, and gives a verdict only when the last line has the words', () => {
    const part = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('VERDICT: APPROVED', 'VERDICT: REJECTED — a', '\n', '```', '> ', '    ', '<!--', '`'));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')), (text) => {
        const verdict = readTextVerdict(text);
        if (verdict.kind === 'verdict') expect(text.trimEnd().split(/[\r\n]/).at(-1)).toMatch(/^ {0,3}VERDICT: (APPROVED|REJECTED)/);
      }),
      { numRuns: 3000 },
    );
  });

  it('lets nothing that was quoted decide', () => {
    // Whatever somebody else wrote, shown in a fence long enough for it, as a reviewer would.
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', '~', '\n', '>', ' ', 'VERDICT: APPROVED', '<!--', 'x') }), (quoted) => {
        const fence = '`'.repeat(4 + Math.max(0, ...[...quoted.matchAll(/`+/g)].map((run) => run[0].length)));
        const shown = `They wrote:\n\n${fence}\n${quoted}\n${fence}\n`;
        expect(readTextVerdict(shown).kind).toBe('none');
        expect(readTextVerdict(`${shown}\nVERDICT: REJECTED — a`)).toMatchObject({ verdict: 'rejected' });
      }),
    );
  });
});

describe('combineVerdicts', () => {
  const blocking = { path: 'a.ts', severity: 'blocking', message: 'wrong' } as const;
  const advisory = { path: 'a.ts', severity: 'advisory', message: 'odd' } as const;
  const call = (verdict: ToolCall['verdict'], ...findings: ToolCall['findings']): ToolCall => ({ verdict, summary: 's', findings });
  const text = (message: string) => readTextVerdict(message);
  const rejection = text('VERDICT: REJECTED — no test');

  it.each([
    ['the tool alone', [call('approved', advisory)], undefined, { verdict: 'approved', source: 'tool', summary: 's', findings: [advisory] }],
    ['the text alone', [], text('VERDICT: APPROVED'), { verdict: 'approved', source: 'text', summary: '', findings: [] }],
    ['both alike', [call('approved')], text('VERDICT: APPROVED'), { verdict: 'approved', source: 'tool', findings: [] }],
    ['a text rejection, its reason as a finding', [], rejection, { verdict: 'rejected', source: 'text', findings: [{ severity: 'blocking', message: 'no test' }] }],
    ['a tool rejection', [call('rejected', blocking)], rejection, { verdict: 'rejected', source: 'tool', findings: [blocking] }],
    ['a tool rejection that only the text gives a reason', [call('rejected', advisory)], rejection, { verdict: 'rejected', findings: [advisory, { severity: 'blocking', message: 'no test' }] }],
    ['the last of calls that agree', [call('rejected', advisory), call('rejected', blocking)], undefined, { verdict: 'rejected', findings: [blocking] }],
    ['the tool, where the text is no verdict', [call('approved')], text('> VERDICT: REJECTED — x'), { verdict: 'approved' }],
  ])('uses %s', (_name, tool, said, expected) => {
    expect(combineVerdicts({ tool, text: said })).toMatchObject({ kind: 'usable', ...expected });
  });

  it.each([
    ['nothing', [], undefined, 'none'],
    ['no verdict in the text', [], text('Fine.'), 'none'],
    ['the text against the tool', [call('approved')], rejection, 'contradictory'],
    ['two calls that differ', [call('rejected', blocking), call('approved')], undefined, 'contradictory'],
    ['a contradictory text beside a tool call', [call('approved')], text('VERDICT: APPROVED\nVERDICT: REJECTED — a'), 'contradictory'],
    ['a rejection with advice only', [call('rejected', advisory)], undefined, 'no_blocking_finding'],
    ['an approval with something blocking', [call('approved', blocking)], undefined, 'approved_with_blocking'],
  ])('does not use %s', (_name, tool, said, why) => {
    expect(combineVerdicts({ tool, text: said })).toEqual({ kind: 'unusable', why, sentence: expect.stringContaining('reviewer') as unknown });
  });
});

describe('VerdictToolInput', () => {
  const input = (path: string) => ({ verdict: 'rejected', summary: 's', findings: [{ path, severity: 'blocking', message: 'm' }] });

  it('takes paths of the repository and no others', () => {
    for (const path of ['a.ts', 'src/a b/ä.ts', '.env', '..a/b', 'a..b']) expect(VerdictToolInput.safeParse(input(path)).success).toBe(true);
    for (const path of ['', '/etc/passwd', '~/x', '../x', 'a/../b', 'a/..', '..', '..\\x', 'C:\\x', 'a\u0000b', 'a\nb', 'a'.repeat(1025)]) expect(VerdictToolInput.safeParse(input(path)).success).toBe(false);
  });

  it('can be shown to an agent as JSON Schema', () => {
    expect(z.toJSONSchema(VerdictToolInput, { io: 'input' })).toMatchObject({ type: 'object', required: ['verdict', 'summary'], additionalProperties: false });
  });
});
