import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDirectives } from './directives.js';

const line = (json: unknown) => `MAESTRO:SUBTASK${JSON.stringify(json)}`;
const defaults = { description: '', acceptanceCriteria: [], skills: [], wait: false, needsParent: false };

describe('readDirectives', () => {
  it('reads a directive on its own line, with what it leaves out', () => {
    expect(readDirectives(`I will need this:\n${line({ title: 'Add a table' })}\nGo on.`)).toEqual({
      items: [{ kind: 'subtask', line: 2, subtask: { title: 'Add a table', ...defaults } }],
      issues: [],
    });
  });

  it('reads every member', () => {
    const subtask = { title: 't', description: 'a\nb', acceptanceCriteria: ['c'], skills: ['postgres:4', { slug: 'React', min: 2 }, 'go:80%'], wait: true, needsParent: true };
    expect(readDirectives(line(subtask)).items[0]?.subtask).toEqual({ ...subtask, skills: [{ slug: 'postgres', min: 4 }, { slug: 'react', min: 2 }, { slug: 'go', min: 4 }] });
  });

  it('is not disturbed by Markdown inside the JSON, nor by a rule below', () => {
    expect(readDirectives(`${line({ title: 'Fix `a_b_c` and *d* [e](f) <g>' })}\n---`).items).toHaveLength(1);
  });

  it.each([
    ['a fence', '```\nX\n```'],
    ['an open fence', '~~~\nX'],
    ['a quotation', '> X'],
    ['a lazy quotation', '> a\nX'],
    ['indented code', 'a\n\n    X'],
    ['a comment', '<!--\nX\n-->'],
    ['a list item', '- X'],
    ['the middle of a line', 'I write X'],
    ['a code span', '`X`'],
    ['a code span over lines', 'a `b\nX\nc`'],
  ])('ignores one in %s', (_name, text) => {
    expect(readDirectives(text.replace('X', line({ title: 't' })))).toEqual({ items: [], issues: [] });
  });

  it.each([
    ['a space before the brace', 'MAESTRO:SUBTASK {"title":"t"}', 1, 'not a directive'],
    ['another word', 'a\n  MAESTRO:DEPLOY{}', 3, 'not a directive'],
    ['lower case', 'MAESTRO:subtask{"title":"t"}', 1, 'not a directive'],
    ['text behind it', 'MAESTRO:SUBTASK{"title":"t"} please', 30, 'behind the end'],
    ['JSON that is not strict', "MAESTRO:SUBTASK{title:'t'}", 17, 'double quotes'],
    ['a trailing comma', 'MAESTRO:SUBTASK{"title":"t",}', 29, 'double quotes'],
    ['a repeated member', 'MAESTRO:SUBTASK{"title":"t","title":"u"}', 29, 'twice'],
    ['an unknown member', 'MAESTRO:SUBTASK{"title":"t","depth":1}', 16, 'depth'],
    ['no title', 'MAESTRO:SUBTASK{"title":" "}', 16, 'title'],
    ['a wrong type', 'MAESTRO:SUBTASK{"title":"t","wait":"yes"}', 16, 'wait'],
    ['a wrong skill', 'MAESTRO:SUBTASK{"title":"t","skills":["a b"]}', 16, 'skills[0]'],
    ['a prototype', 'MAESTRO:SUBTASK{"title":"t","__proto__":{}}', 16, '__proto__'],
  ])('reports %s with its place', (_name, text, column, words) => {
    const { items, issues } = readDirectives(text);
    expect(items).toEqual([]);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ line: text.split('\n').length, column, message: expect.stringContaining(words) as unknown });
  });

  it('takes five a run, over all its messages, and none beyond', () => {
    const six = Array.from({ length: 6 }, (_, index) => line({ title: `t${index}` })).join('\n');
    expect(readDirectives(six)).toMatchObject({ items: [{ line: 1 }, { line: 2 }, { line: 3 }, { line: 4 }, { line: 5 }], issues: [{ line: 6 }] });
    expect(readDirectives(line({ title: 't' }), 4).items).toHaveLength(1);
    expect(readDirectives(line({ title: 't' }), 5)).toMatchObject({ items: [], issues: [{ message: expect.stringContaining('at most 5') as unknown }] });
  });

  it('keeps good ones beside bad ones', () => {
    expect(readDirectives(`${line({})}\n${line({ title: 't' })}`)).toMatchObject({ items: [{ line: 2 }], issues: [{ line: 1 }] });
  });

  it('never throws, and stays small whatever comes', () => {
    const part = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constantFrom('\n', 'MAESTRO:', 'MAESTRO:SUBTASK', 'MAESTRO:SUBTASK{', '{"title":"t"}', '```'));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')), (text) => {
        const { items, issues } = readDirectives(text);
        expect(items.length).toBeLessThanOrEqual(5);
        for (const issue of issues) expect(issue.message.length).toBeLessThan(500);
      }),
      { numRuns: 2000 },
    );
    expect(readDirectives('MAESTRO:\n'.repeat(20_000)).issues.length).toBeLessThanOrEqual(20);
    expect(readDirectives(`MAESTRO:SUBTASK${'{"a":'.repeat(5000)}`).issues).toHaveLength(1);
  });
});
