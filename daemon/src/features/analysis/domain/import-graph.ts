import type { FileFacts, SourceFile } from './facts.js';
import { folderOf } from './manifest-facts.js';
import type { ManifestFacts } from './manifest-facts.js';
import { resolveImport } from './resolve-import.js';
import type { Repository } from './resolve-import.js';

/** A parsed file with what it holds. */
export interface ParsedFile extends SourceFile {
  readonly facts: FileFacts;
}

export interface ImportGraph {
  /** What each file imports, once each; folders end in `/`. */
  readonly edges: ReadonlyMap<string, readonly string[]>;
  readonly edgeCount: number;
  /** Imports of other packages, by package, with the number of files that import it. */
  readonly packages: ReadonlyMap<string, number>;
  readonly unresolved: readonly { readonly path: string; readonly specifier: string }[];
}

export function repositoryOf(tree: readonly string[], files: readonly ParsedFile[], manifests: readonly ManifestFacts[]): Repository {
  const folders = new Set<string>();
  const byName = new Map<string, string[]>();
  for (const path of tree) {
    for (let folder = folderOf(path); folder !== '' && !folders.has(folder); folder = folderOf(folder)) folders.add(folder);
    const name = path.split('/').at(-1) ?? path;
    byName.set(name, [...(byName.get(name) ?? []), path]);
  }
  const declared = new Map<string, string>();
  for (const { path, facts } of files) {
    if (facts.namespace === '') continue;
    const namespace = facts.namespace.replaceAll('\\', '.');
    for (const { name, container, form } of facts.symbols) if (container === '' && form !== 'method') setOnce(declared, `${namespace}.${name}`, path);
    setOnce(declared, namespace, path);
  }
  // Longer patterns first: the more exact mapping counts.
  const aliases = manifests.flatMap((manifest) => manifest.aliases).sort((one, other) => other.pattern.length - one.pattern.length);
  return { paths: new Set(tree), folders, aliases, declared, byName, pythonRoots: pythonRoots(tree) };
}

/** The root, `src`-like folders, and wherever a topmost package stands. */
function pythonRoots(tree: readonly string[]): readonly string[] {
  const packages = new Set(tree.filter((path) => path.endsWith('/__init__.py')).map(folderOf));
  const roots = new Set(['', 'src', 'lib']);
  for (const folder of packages) if (!packages.has(folderOf(folder))) roots.add(folderOf(folder));
  return [...roots].slice(0, 50);
}

function setOnce(map: Map<string, string>, key: string, value: string): void {
  if (!map.has(key)) map.set(key, value);
}

export function importGraph(files: readonly ParsedFile[], repository: Repository): ImportGraph {
  const edges = new Map<string, readonly string[]>();
  const packages = new Map<string, number>();
  const unresolved: { path: string; specifier: string }[] = [];
  let edgeCount = 0;
  for (const { path, language, facts } of files) {
    const targets = new Set<string>();
    const others = new Set<string>();
    for (const specifier of facts.imports) {
      const resolved = resolveImport(language, path, specifier, repository);
      if (resolved.kind === 'file' && resolved.path !== path) targets.add(resolved.path);
      else if (resolved.kind === 'external') others.add(resolved.name);
      else if (resolved.kind === 'unresolved') unresolved.push({ path, specifier: specifier.replace(':', ' import ').slice(0, 300) });
    }
    for (const name of others) packages.set(name, (packages.get(name) ?? 0) + 1);
    edges.set(path, [...targets]);
    edgeCount += targets.size;
  }
  return { edges, edgeCount, packages, unresolved };
}

/** The most imported files and folders. */
export function hubsOf({ edges }: ImportGraph): readonly { readonly path: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const targets of edges.values()) for (const target of targets) counts.set(target, (counts.get(target) ?? 0) + 1);
  return [...counts].map(([path, count]) => ({ path, count })).sort((one, other) => other.count - one.count || (one.path < other.path ? -1 : 1));
}

/**
 * Groups of files that import each other (Tarjan's strongly connected components), largest first. Without recursion: a chain of imports
 * may be longer than the stack.
 */
export function cyclesOf({ edges }: ImportGraph): readonly (readonly string[])[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const onStack = new Set<string>();
  const stack: string[] = [];
  const found: string[][] = [];
  for (const start of edges.keys()) {
    if (index.has(start)) continue;
    const work: { node: string; next: number }[] = [{ node: start, next: 0 }];
    while (work.length > 0) {
      const frame = work[work.length - 1];
      if (frame === undefined) break;
      const { node } = frame;
      if (frame.next === 0) {
        index.set(node, index.size);
        low.set(node, index.get(node) ?? 0);
        stack.push(node);
        onStack.add(node);
      }
      const target = (edges.get(node) ?? [])[frame.next];
      frame.next += 1;
      if (target !== undefined) {
        if (!edges.has(target)) continue;
        if (!index.has(target)) work.push({ node: target, next: 0 });
        else if (onStack.has(target)) low.set(node, Math.min(low.get(node) ?? 0, index.get(target) ?? 0));
        continue;
      }
      work.pop();
      const parent = work[work.length - 1]?.node;
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent) ?? 0, low.get(node) ?? 0));
      if (low.get(node) === index.get(node)) collect(node, stack, onStack, found);
    }
  }
  return found.sort((one, other) => other.length - one.length || ((one[0] ?? '') < (other[0] ?? '') ? -1 : 1));
}

function collect(root: string, stack: string[], onStack: Set<string>, found: string[][]): void {
  const group: string[] = [];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    onStack.delete(node);
    group.push(node);
    if (node === root) break;
  }
  if (group.length > 1) found.push(group.sort());
}
