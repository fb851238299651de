import fc from 'fast-check';
import type { Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { describe, expect, it } from 'vitest';
import { readBlocks, splitLines } from './blocks.js';

const kinds = (text: string) => readBlocks(text).lines.map((line) => line.kind);
const proseOf = (text: string) => readBlocks(text).lines.flatMap((line, index) => (line.kind === 'prose' ? [index + 1] : []));

/** Lines that a CommonMark parser calls plain text of a paragraph or heading outside any quotation, and that do not begin inside code or HTML. */
function oracle(text: string): ReadonlySet<number> {
  const lines = new Set<number>();
  const masked = new Set<number>();
  const visit = (node: Nodes, phrasing = false): void => {
    if (node.type === 'blockquote') return;
    const { position } = node;
    if (position !== undefined && (node.type === 'paragraph' || node.type === 'heading')) {
      // A heading's own line with `#`, and the line below an underlined one, are no text.
      const end = node.type === 'heading' ? position.end.line - 1 : position.end.line;
      for (let line = position.start.line; line <= end; line += 1) lines.add(line);
    }
    if (position !== undefined && (node.type === 'inlineCode' || (node.type === 'html' && phrasing))) {
      for (let line = position.start.line + 1; line <= position.end.line; line += 1) masked.add(line);
    }
    if ('children' in node) for (const child of node.children) visit(child, phrasing || node.type === 'paragraph' || node.type === 'heading');
  };
  const root: Root = fromMarkdown(text);
  visit(root);
  for (const line of masked) lines.delete(line);
  return lines;
}

declare const performance: { now(): number };

describe('readBlocks', () => {
  it.each([
    ['plain lines', 'a\n\nb', ['prose', 'blank', 'prose']],
    ['a fence', '```js\na\n```\nb', ['fence', 'code', 'fence', 'prose']],
    ['a fence that never ends', 'a\n~~~\nb', ['prose', 'fence', 'code']],
    ['a fence closed only by its own kind and length', '````\n```\n~~~~\n````\na', ['fence', 'code', 'code', 'fence', 'prose']],
    ['a fence in a list', '- a\n  ```\n  b\n  ```\n  c', ['prose', 'fence', 'code', 'fence', 'prose']],
    ['a fence in a list that the list\'s end ends', '- ```\na\n```\nb', ['fence', 'prose', 'fence', 'code']],
    ['indented code', 'a\n\n    b\n\tc\nd', ['prose', 'blank', 'code', 'code', 'prose']],
    ['indentation that only continues a paragraph', 'a\n    b', ['prose', 'prose']],
    ['a quotation, with its lazy lines', '> a\nb\n\nc', ['quote', 'quote', 'blank', 'prose']],
    ['a quotation in a list', '- > a\nb', ['quote', 'quote']],
    ['a comment over blank lines', '<!--\na\n\nb\n-->\nc', ['html', 'html', 'blank', 'html', 'html', 'prose']],
    ['an HTML block to its blank line', '<div>\na\n\nb', ['html', 'html', 'blank', 'prose']],
    ['pre to its end', '<pre>\na\n\nb\n</pre>\nc', ['html', 'html', 'blank', 'html', 'html', 'prose']],
    ['a code span over lines', 'a `b\nc\nd` e\nf', ['prose', 'code', 'code', 'prose']],
    ['backticks that find no partner', 'a `b\nc ``d', ['prose', 'prose']],
    ['a comment inside a paragraph', 'a <!-- b\nc --> d', ['prose', 'code']],
    ['an arrow and a comparison, which are no tags', 'a < b\nc -> d', ['prose', 'prose']],
    ['a setext heading', 'a\n---\nb', ['prose', 'other', 'prose']],
    ['a rule and a heading', '***\n# a\nb', ['other', 'other', 'prose']],
    ['a list behind a paragraph', 'a\n- b\n2. c', ['prose', 'prose', 'prose']],
    ['all line endings', 'a\r\n```\rb\n```', ['prose', 'fence', 'code', 'fence']],
  ])('reads %s', (_name, text, expected) => {
    expect(kinds(text)).toEqual(expected);
    expect(new Set(proseOf(text))).toEqual(oracle(text));
  });

  const fragments = [
    'VERDICT: APPROVED', 'text', '`', '``', '```', '````', '~~~', '> ', '>', '- ', '* ', '-', '1. ', '2) ', '1.', ' ', '  ', '    ', '\t', '# h', '#', '---', '===', '***',
    '<!--', '-->', '<div>', '</div>', '<b', '<b>', '>', '<pre>', '</pre>', '<?', '?>', '<!A', '\\', '```js', '``` `', '\u2028', '\u00a0', '\f',
  ];
  const document = fc.array(fc.array(fc.constantFrom(...fragments), { maxLength: 4 }).map((parts) => parts.join('')), { maxLength: 9 }).map((lines) => lines.join('\n'));

  it('calls no line prose that a CommonMark parser does not', () => {
    fc.assert(
      fc.property(document, (text) => {
        const allowed = oracle(text);
        for (const line of proseOf(text)) if (!allowed.has(line)) throw new Error(`line ${line} of ${JSON.stringify(text)}`);
      }),
      { numRuns: 3000 },
    );
  }, 60_000);

  it('takes any text, keeps every line, and finds each fence where its lines are', () => {
    fc.assert(
      fc.property(fc.oneof(document, fc.string({ unit: 'binary', maxLength: 300 })), (text) => {
        const { lines, fences } = readBlocks(text);
        expect(lines.map((line) => line.text)).toEqual(splitLines(text));
        for (const { open, close } of fences) {
          expect(lines[open]?.kind).toBe('fence');
          if (close !== undefined) expect(lines[close]?.kind).toBe('fence');
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('stays linear where a CommonMark parser does not', () => {
    const size = 64_000;
    const hostile = ['>', '- ', '1. ', 'a\n-\n', '>a\nb\nb\n', `${'- '.repeat(20)}a\n`, '*a_ ', '`a``b```', '<a b="', 'a<!--', 'a<?', '[', '> - ', '\t', '`a ', '```\na\n'];
    const before = performance.now();
    for (const part of hostile) readBlocks(part.repeat(size / part.length));
    // 16 texts that take the CommonMark parser minutes; the bound is loose, for a busy machine.
    expect(performance.now() - before).toBeLessThan(4000);
  });
});
