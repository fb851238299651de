import { describe, expect, it } from 'vitest';
import { fc, test } from '@fast-check/vitest';
import { NO_FACTS } from './facts.js';
import { cyclesOf, hubsOf, importGraph, repositoryOf } from './import-graph.js';
import type { ParsedFile } from './import-graph.js';
import { resolveImport } from './resolve-import.js';

const TREE = [
  'src/cart.ts', 'src/total/index.ts', 'src/app.tsx', 'packages/money/src/index.ts', 'shop/__init__.py', 'shop/cart.py', 'shop/util/__init__.py', 'shop/util/text.py', 'tools/run.py', 'go/cart/cart.go',
  'crate/src/lib.rs', 'crate/src/cart.rs', 'crate/src/cart/item.rs', 'java/com/acme/Cart.java', 'c/main.c', 'c/inc/cart.h', 'ruby/lib/shop/cart.rb', 'ruby/lib/shop.rb', 'php/Cart.php',
];
const file = (path: string, language: string, more: Partial<ParsedFile['facts']> = {}): ParsedFile => ({ path, blob: '', language, facts: { ...NO_FACTS, ...more } });
const cart = { form: 'class', name: 'Cart', container: '', signature: '', doc: '', line: 1, endLine: 1, exported: true, markup: false } as const;
const FILES = [file('java/com/acme/Cart.java', 'Java', { namespace: 'com.acme', symbols: [cart] }), file('php/Cart.php', 'PHP', { namespace: 'Acme\\Shop', symbols: [cart] })];
const repository = repositoryOf(TREE, FILES, [
  { packages: [], commands: [], entries: [], aliases: [{ pattern: '@/*', targets: ['src/*'] }, { pattern: '@acme/money', targets: ['packages/money/dist/index', 'packages/money/src/index'] }] },
  { packages: [], commands: [], entries: [], aliases: [{ pattern: 'example.com/shop', targets: ['go'] }, { pattern: 'example.com/shop/*', targets: ['go/*'] }] },
]);

describe('where an import leads', () => {
  it.each([
    ['TypeScript', 'src/app.tsx', './cart.js', 'src/cart.ts'],
    ['TypeScript', 'src/app.tsx', './total', 'src/total/index.ts'],
    ['TypeScript', 'src/app.tsx', '@/cart', 'src/cart.ts'],
    ['TypeScript', 'src/app.tsx', '@acme/money', 'packages/money/src/index.ts'],
    ['TypeScript', 'src/app.tsx', '@acme/other/deep', 'external @acme/other'],
    ['TypeScript', 'src/app.tsx', 'node:fs', 'external node:fs'],
    ['TypeScript', 'src/app.tsx', './gone', 'unresolved'],
    ['TypeScript', 'src/app.tsx', '../../outside', 'unresolved'],
    ['Python', 'shop/cart.py', '.util:text', 'shop/util/text.py'],
    ['Python', 'shop/util/text.py', '..:cart', 'shop/cart.py'],
    ['Python', 'tools/run.py', 'shop.util:text', 'shop/util/text.py'],
    ['Python', 'tools/run.py', 'shop.cart:Cart', 'shop/cart.py'],
    ['Python', 'tools/run.py', 'os.path', 'external os'],
    ['Python', 'shop/cart.py', '.gone', 'unresolved'],
    ['Go', 'go/main.go', 'example.com/shop/cart', 'go/cart/'],
    ['Go', 'go/main.go', 'example.com/shop/gone', 'unresolved'],
    ['Go', 'go/main.go', 'github.com/a/b/c/d', 'external github.com/a/b'],
    ['Go', 'go/main.go', 'encoding/json', 'external encoding/json'],
    ['Rust', 'crate/src/lib.rs', 'mod:cart', 'crate/src/cart.rs'],
    ['Rust', 'crate/src/lib.rs', 'crate::cart::item::Item', 'crate/src/cart/item.rs'],
    ['Rust', 'crate/src/cart.rs', 'std::io', 'external std'],
    ['Java', 'java/Main.java', 'com.acme.Cart', 'java/com/acme/Cart.java'],
    ['Java', 'java/Main.java', 'java.util.List', 'external java.util'],
    ['PHP', 'php/x.php', 'Acme\\Shop\\Cart', 'php/Cart.php'],
    ['C', 'c/main.c', '"cart.h"', 'c/inc/cart.h'],
    ['C', 'c/main.c', '<stdio.h>', 'external stdio.h'],
    ['C', 'c/main.c', '"config.h"', 'unresolved'],
    ['Ruby', 'ruby/lib/shop.rb', './shop/cart', 'ruby/lib/shop/cart.rb'],
    ['Ruby', 'ruby/lib/shop.rb', 'shop/cart', 'ruby/lib/shop/cart.rb'],
    ['Ruby', 'ruby/lib/shop.rb', 'json', 'external json'],
  ])('%s: %s imports %s', (language, from, specifier, expected) => {
    const resolved = resolveImport(language, from, specifier, repository);
    expect(resolved.kind === 'file' ? resolved.path : resolved.kind === 'external' ? `external ${resolved.name}` : resolved.kind).toBe(expected);
  });

  test.prop([fc.constantFrom('TypeScript', 'Python', 'Go', 'Rust', 'Java', 'C', 'Ruby', 'PHP', 'C#', 'Shell'), fc.string({ maxLength: 60 })])('never throws, and names no file that is not there', (language, specifier) => {
    const resolved = resolveImport(language, 'src/app.tsx', specifier, repository);
    if (resolved.kind === 'file') expect(repository.paths.has(resolved.path) || repository.folders.has(resolved.path.replace(/\/$/, '')) || resolved.path === '/').toBe(true);
  });
});

describe('the graph', () => {
  const ring = (count: number): ParsedFile[] => Array.from({ length: count }, (_, index) => file(`f${index}.ts`, 'TypeScript', { imports: [`./f${(index + 1) % count}`] }));

  it('counts who is imported, and finds groups that import each other however long they are', () => {
    const files = [...ring(20_000), file('a.ts', 'TypeScript', { imports: ['./f0', './f0.js', 'zod'] })];
    const graph = importGraph(files, repositoryOf(files.map(({ path }) => path), files, []));
    expect(graph.edgeCount).toBe(20_001);
    expect(hubsOf(graph)[0]).toEqual({ path: 'f0.ts', count: 2 });
    expect(cyclesOf(graph).map((group) => group.length)).toEqual([20_000]);
    expect([...graph.packages]).toEqual([['zod', 1]]);
  });
});
