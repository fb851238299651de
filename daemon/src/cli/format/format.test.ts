import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { harmless } from '../terminal.js';
import { cut, pairs, table, width } from './table.js';
import { bytes, count, duration, firstLine, relative, shortId, spoken, thousands } from './words.js';

const red = (text: string) => `\u001b[31m${text}\u001b[39m`;

describe('tables', () => {
  it('align whatever the cells hold, and leave no spaces behind', () => {
    expect(table([['SHOP-1', red('blocked'), 'one'], ['SHOP-12', 'done', '二つ'], ['X', '', '']], { head: ['task', 'status', 'title'] })).toBe(
      ['task     status   title', `SHOP-1   ${red('blocked')}  one`, 'SHOP-12  done     二つ', 'X'].join('\n'),
    );
    expect(table([])).toBe('');
    expect(pairs([['a', '1'], ['bcd', '2']], (name) => name)).toBe('a    1\nbcd  2');
  });

  it('keep a cell on its line', () => {
    expect(table([['a\nb', 'c \r\n d']])).toBe('a b  c d');
  });

  it('are cut to the terminal, colours closed', () => {
    expect(table([['SHOP-1', 'a long title']], { columns: 12 })).toBe('SHOP-1  a l…');
    expect(cut(red('abcdef'), 4)).toBe('\u001b[31mabc…\u001b[0m');
    expect(cut('abcd', 4)).toBe('abcd');
  });

  test.prop([fc.array(fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 6 })])('start every second column at the same place', (rows) => {
    const marked = rows.map(([first = '']) => [first.replaceAll(/\s/g, '_'), '|']);
    const starts = table(marked).split('\n').map((line) => width(line.slice(0, line.lastIndexOf('|'))));
    expect(new Set(starts).size).toBe(1);
  });

  test.prop([fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 2, max: 30 })])('never exceed the terminal', (text, columns) => {
    expect(width(cut(text.replaceAll(/\s/g, ' '), columns))).toBeLessThanOrEqual(columns);
  });
});

describe('what others wrote', () => {
  it.each([
    ['\u001b]0;title\u0007x', ']0;titlex'],
    ['a\u001b[2Jb', 'a[2Jb'],
    ['\rover', 'over'],
    ['tab\tline\nend', 'tab\tline\nend'],
    ['\u009b31mx', '31mx'],
    [red('x'), 'x'],
  ])('%j cannot act on a terminal', (text, shown) => {
    expect(harmless(text, false)).toBe(shown);
  });

  test.prop([fc.string({ unit: 'binary' }), fc.boolean()])('leaves nothing that a terminal acts on but colours', (text, colours) => {
    expect(harmless(text, colours).replaceAll(/\u001b\[[0-9;]*m/g, colours ? '' : '!')).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  });
});

describe('words', () => {
  it.each([
    [0, '0 s'],
    [999, '0 s'],
    [12_000, '12 s'],
    [252_000, '4 min 12 s'],
    [3_600_000, '1 h'],
    [3_601_000, '1 h'],
    [187_200_000, '2 d 4 h'],
    [-5, '0 s'],
  ])('%d ms is %s', (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [812, '812 B'],
    [1_023, '1023 B'],
    [1_024, '1 KB'],
    [4_404_019, '4.2 MB'],
    [31 * 1024 ** 3, '31 GB'],
    [1024 ** 3 - 1, '1 GB'],
  ])('%d bytes are %s', (number, text) => {
    expect(bytes(number)).toBe(text);
  });

  it('say when', () => {
    const now = Date.parse('2026-01-01T12:00:00Z');
    expect(relative('2026-01-01T11:55:48Z', now)).toBe('4 min 12 s ago');
    expect(relative('2026-01-01T12:00:30Z', now)).toBe('in 30 s');
    expect(relative('2026-01-01T12:00:00.5Z', now)).toBe('now');
    expect(relative(null, now)).toBe('');
  });

  it('count, shorten and speak', () => {
    expect([count(1, 'task'), count(2, 'task'), count(0, 'task'), count(2, 'is', 'are')]).toEqual(['1 task', '2 tasks', '0 tasks', '2 are']);
    expect(thousands(1_234_567)).toBe('1\u2009234\u2009567');
    expect(spoken('no_verdict')).toBe('no verdict');
    expect(shortId('01a1fb85-1ef5-7000-9cfa-5e081b94d97d')).toBe('1b94d97d');
    expect(firstLine('  one two\nthree', 5)).toBe('one …');
  });
});
