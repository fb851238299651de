import { describe, expect, it } from 'vitest';
import { checkedBlocks } from './checked-blocks.js';
import { brokenLinks } from './links.js';
import { table } from './markdown.js';
import type { StateTable } from './states-page.js';
import { statesPage } from './states-page.js';

const repository = (files: Record<string, string>) => ({
  exists: (path: string) => Object.keys(files).some((file) => file === path || file.startsWith(`${path}/`)),
  read: (path: string) => files[path] ?? '',
});

describe('links', () => {
  it('follows files, folders and headings, from where the file is', () => {
    const files = repository({
      'infra/docs/a.md': '[up](../../README.md#two-words) [code](../scripts) [here](#here)\n\n## Here\n',
      'README.md': '# Two `words`!\n',
      'infra/scripts/x.ts': '',
    });
    expect(brokenLinks('infra/docs/a.md', files)).toEqual([]);
  });

  it('says which link leads nowhere and why', () => {
    const files = repository({ 'a.md': '[x](gone.md) [y](b.md#gone) [z](/b.md) [w](https://example.com/gone)', 'b.md': '# Here\n' });
    expect(brokenLinks('a.md', files)).toEqual([
      'a.md links to "gone.md", which does not exist',
      'a.md links to "b.md#gone", but b.md has no such heading',
      'a.md links to "/b.md": write it relative to this file',
    ]);
  });

  it('does not read code', () => {
    expect(brokenLinks('a.md', repository({ 'a.md': '`[x](gone.md)`\n\n```md\n[y](gone.md)\n```\n' }))).toEqual([]);
  });

  it('numbers headings that repeat', () => {
    expect(brokenLinks('a.md', repository({ 'a.md': '## Same\n## Same\n[second](#same-1) [third](#same-2)\n' }))).toEqual([
      'a.md links to "#same-2", but a.md has no such heading',
    ]);
  });
});

describe('checked blocks', () => {
  it('takes only those that promise to work, with the line to look at', () => {
    const markdown = 'text\n\n```sh\n# checked\necho one\necho two\n```\n\n```sh\nmaestro connect\n```\n';
    expect(checkedBlocks('a.md', markdown)).toEqual([{ path: 'a.md', line: 5, script: 'echo one\necho two\n' }]);
  });
});

describe('tables', () => {
  it('keeps a cell in its cell', () => {
    expect(table(['a'], [['x | y\nz']])).toBe('| a |\n|---|\n| x \\| y z |');
  });
});

describe('the page of states', () => {
  const door: StateTable = {
    name: 'door',
    states: ['open', 'shut', 'locked'],
    events: { shut: {}, open: {} },
    effects: { bell: 'the bell rings' },
    causes: { open: 'person', shut: 'system' },
    cases: [
      { column: 'row', from: ['shut'], event: 'open', when: { key: true, hand: 'left' }, to: 'open', effects: ['bell'], note: 'gently' },
      { column: 'refusal', from: ['locked'], event: 'open', when: { key: false }, code: 'locked', sentence: 'Find the key.' },
      { column: 'row', from: ['open'], event: 'shut', when: {}, to: 'shut', effects: [] },
      { column: 'never', from: ['shut', 'locked'], event: 'shut', when: {}, because: 'it is' },
    ],
  };

  it('shows every case of every column, in the order of the events', () => {
    const page = statesPage([door]);
    expect(page).toContain('## Door');
    expect(page).toContain('| `open` | `shut` |  | `shut` |  |\n| `shut` | `open` (by a person) | `key` and `hand` is `left` | `open` | the bell rings; gently |');
    expect(page).toContain('| `locked` | `open` (by a person) | not `key` | `locked` | Find the key. |');
    expect(page).toContain('| `shut`, `locked` | `shut` |  | it is |');
  });

  it('writes states that differ in their reason as one', () => {
    const reasons = ['blocked/a', 'blocked/b', 'blocked/c'];
    const from = (...states: string[]): string => {
      const cases = [{ column: 'never', from: states, event: 'open', when: {}, because: 'x' }] as const;
      return statesPage([{ ...door, states: ['new', 'open', 'shut', 'done', ...reasons], cases }]);
    };
    expect(from('open', ...reasons)).toContain('| `open`, any `blocked` | `open`');
    expect(from('blocked/a', 'blocked/c')).toContain('| any `blocked` but `b` | `open`');
    expect(from('open', 'blocked/c')).toContain('| `open`, `blocked/c` | `open`');
  });
});
