import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { diffOf, editOf, sizeOf } from './edit.js';

const lines = (input: unknown): readonly string[] | undefined => editOf(JSON.stringify(input))?.lines.map(({ sign, text }) => sign + text);

describe('editOf', () => {
  it('shows what changes between lines that stay', () => {
    expect(lines({ file_path: 'a.js', old_string: 'one\ntwo\nthree', new_string: 'one\n2\n2.5\nthree' })).toEqual([' one', '-two', '+2', '+2.5', ' three']);
    expect(lines({ path: 'a.js', edits: [{ old_string: 'a', new_string: 'b' }, { old_string: 'c', new_string: '' }] })).toEqual(['-a', '+b', '-c']);
    expect(lines({ file_path: 'a.js', content: 'one\ntwo\n' })).toEqual(['+one', '+two']);
  });

  it('reads nothing into other tools and into what was shortened', () => {
    expect(lines({ command: 'ls', path: 'a' })).toBeUndefined();
    expect(editOf('{"file_path":"a","content":"x … (900 more characters)')).toBeUndefined();
    expect(editOf('[1]')).toBeUndefined();
    expect(editOf('add a.js')).toBeUndefined();
  });

  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 8 }).map((parts) => parts.map((part) => `${part}\n`).join(''));
  test.prop([text, text])('holds both sides whole', (before, after) => {
    fc.pre(before !== after);
    const found = editOf(JSON.stringify({ file_path: 'f', old_string: before, new_string: after }))?.lines ?? [];
    const side = (without: string): string => found.filter(({ sign }) => sign !== without).map((line) => `${line.text}\n`).join('');
    expect(side('+')).toBe(before);
    expect(side('-')).toBe(after);
  });
});

describe('diffOf', () => {
  it('reads a unified difference, and nothing else', () => {
    const found = diffOf('diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n same\n-old\n+new');
    expect(found?.map(({ sign }) => sign).join('')).toBe('@@@@ -+');
    expect(sizeOf({ lines: found ?? [] })).toEqual({ added: 1, removed: 1 });
    expect(diffOf('- a list\n+ of things')).toBeUndefined();
  });
});
