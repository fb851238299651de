import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../../test-support/bundle.js';
import type { Bundle } from '../../../test-support/bundle.js';
import { PARSED } from '../domain/languages.js';
import { FileParser } from './parse-file.js';
import { ParserProcess } from './parser-process.js';

const LANGUAGES = [...PARSED];
const WORDS = ['function', 'class', 'def', 'import', 'from', 'export', 'fn', 'impl', 'struct', '{', '}', '(', ')', '<', '>', '"', "'", '`', '/*', '*/', '//', '#', '\n', ' ', 'name', ';', ':', '=', '=>', '\\', '<script>', '@', '\ud800', '\u0000', '日本'];
const soup = fc.array(fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 5 })), { maxLength: 60 }).map((parts) => parts.join(' '));

let parserMain: Bundle;
let folder: string;
beforeAll(async () => {
  parserMain = await bundle('features/analysis/parsers/parser-main.ts', ['oxc-parser', 'web-tree-sitter', '@vscode/tree-sitter-wasm']);
  folder = await mkdtemp(join(tmpdir(), 'maestro-parsers-'));
});
afterAll(async () => {
  await parserMain.remove();
  await rm(folder, { recursive: true, force: true });
});
const start = () => new ParserProcess({ main: parserMain.file, cwd: folder, path: process.env['PATH'] ?? '' });

describe('parsers', () => {
  it.each(LANGUAGES)('%s: no text makes the adapter fail, and lines stay within the text', async (language) => {
    const parser = new FileParser();
    await fc.assert(
      fc.asyncProperty(soup, async (text) => {
        const facts = await parser.parse({ path: language === 'Vue' ? 'a.vue' : 'a.ts', language, text });
        const lines = text.split('\n').length;
        for (const { line, endLine, name } of facts?.symbols ?? []) {
          expect(name).not.toBe('');
          expect(line).toBeGreaterThanOrEqual(1);
          expect(endLine).toBeLessThanOrEqual(lines + 1);
        }
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('Python: what a function imports when it is called counts as imported', async () => {
    const text = 'import os\n\ndef lazy():\n    from .runtime import Undefined\n    import json\n    return Undefined, json\n';
    expect((await new FileParser().parse({ path: 'a.py', language: 'Python', text }))?.imports).toEqual(['os', '.runtime:Undefined', 'json']);
  });

  it('a file that ends the parser\'s process costs that file, and the next one is parsed', async () => {
    const parser = start();
    try {
      const good = { path: 'a.ts', language: 'TypeScript', text: '/** Adds. */\nexport function add(a: number): number { return a; }' };
      expect((await parser.parse(good))?.symbols).toMatchObject([{ name: 'add', doc: 'Adds.', exported: true }]);
      // Deep nesting overflows the native stack: the process dies of a signal, which nothing in it could catch.
      expect(await parser.parse({ path: 'b.ts', language: 'TypeScript', text: '('.repeat(200_000) })).toBeUndefined();
      expect((await parser.parse(good))?.symbols).toMatchObject([{ name: 'add' }]);
      expect((await parser.parse({ path: 'a.py', language: 'Python', text: 'def f():\n    "Doc."\n' }))?.symbols).toMatchObject([{ name: 'f', doc: 'Doc.' }]);
    } finally {
      await parser.close();
    }
  }, 60_000);
});
