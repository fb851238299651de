import { folderOf, joined } from './manifest-facts.js';

/** Where an import leads. `file` may also be a folder, with a `/` at its end, where a language imports packages as a whole. */
export type Resolved = { readonly kind: 'file'; readonly path: string } | { readonly kind: 'external'; readonly name: string } | { readonly kind: 'unresolved' } | { readonly kind: 'ignored' };

export interface Repository {
  /** Every path of the tree, also of files that were not read. */
  readonly paths: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
  readonly aliases: readonly { readonly pattern: string; readonly targets: readonly string[] }[];
  /** Files by the qualified names that they declare: `com.acme.Cart`. For languages that import names. */
  readonly declared: ReadonlyMap<string, string>;
  /** Files by their last name, for includes that name no folder. */
  readonly byName: ReadonlyMap<string, readonly string[]>;
  /** Folders that Python's imports start from. */
  readonly pythonRoots: readonly string[];
}

const UNRESOLVED: Resolved = { kind: 'unresolved' };
const IGNORED: Resolved = { kind: 'ignored' };
const file = (path: string): Resolved => ({ kind: 'file', path });
const external = (name: string): Resolved => ({ kind: 'external', name });

/** Where one import of one file leads, by the rules of its language. */
export function resolveImport(language: string, from: string, specifier: string, repository: Repository): Resolved {
  switch (language) {
    case 'TypeScript':
    case 'JavaScript':
    case 'Vue':
    case 'Svelte':
      return resolveScript(from, specifier, repository);
    case 'Python':
      return resolvePython(from, specifier, repository);
    case 'Go':
      return resolveGo(specifier, repository);
    case 'Rust':
      return resolveRust(from, specifier, repository);
    case 'Java':
    case 'C#':
    case 'PHP':
      return resolveName(specifier, from, repository);
    case 'C':
    case 'C++':
      return resolveInclude(from, specifier, repository);
    case 'Ruby':
      return resolveRuby(from, specifier, repository);
    default: {
      const target = specifier.startsWith('.') ? joined(folderOf(from), specifier) : undefined;
      return target !== undefined && repository.paths.has(target) ? file(target) : IGNORED;
    }
  }
}

const SCRIPT_ENDINGS = ['', '.ts', '.tsx', '.mts', '.cts', '.d.ts', '.js', '.jsx', '.mjs', '.cjs', '.vue', '.svelte', '.json', '/index.ts', '/index.tsx', '/index.mts', '/index.js', '/index.jsx', '/index.mjs', '/index.cjs', '/index.d.ts'];
/** TypeScript's sources are imported by the name of what they are compiled to. */
const COMPILED: readonly (readonly [RegExp, readonly string[]])[] = [[/\.js$/, ['.ts', '.tsx', '.d.ts']], [/\.jsx$/, ['.tsx']], [/\.mjs$/, ['.mts', '.d.mts']], [/\.cjs$/, ['.cts', '.d.cts']]];

function scriptFile(target: string, { paths }: Repository): string | undefined {
  const known = SCRIPT_ENDINGS.map((ending) => (target === '' ? ending.replace(/^\//, '') : `${target}${ending}`)).find((candidate) => candidate !== '' && paths.has(candidate));
  if (known !== undefined) return known;
  for (const [pattern, endings] of COMPILED) {
    if (!pattern.test(target)) continue;
    const source = endings.map((ending) => target.replace(pattern, ending)).find((candidate) => paths.has(candidate));
    if (source !== undefined) return source;
  }
  return undefined;
}

function resolveScript(from: string, raw: string, repository: Repository): Resolved {
  // Bundlers' loaders and queries: `raw!./a.txt`, `./a.svg?react`.
  const specifier = raw.replace(/^.*!/, '').replace(/(?!^)[?].*$/, '');
  if (/^(node|bun|data|https?|file|virtual|\\0):/.test(raw)) return /^node:/.test(raw) ? external(raw) : IGNORED;
  if (specifier.startsWith('.')) {
    const target = joined(folderOf(from), specifier);
    const found = target === undefined ? undefined : scriptFile(target, repository);
    return found === undefined ? UNRESOLVED : file(found);
  }
  if (specifier.startsWith('/')) {
    const found = scriptFile(specifier.slice(1), repository);
    return found === undefined ? IGNORED : file(found);
  }
  const mapped = aliased(specifier, repository, (target) => scriptFile(target, repository));
  if (mapped !== undefined) return file(mapped);
  if (specifier.startsWith('#')) return UNRESOLVED;
  return external(specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : (specifier.split('/')[0] ?? specifier));
}

/** The first target of a mapping that is there. */
function aliased(specifier: string, { aliases }: Repository, find: (target: string) => string | undefined): string | undefined {
  for (const { pattern, targets } of aliases) {
    const star = pattern.indexOf('*');
    let rest: string | undefined;
    if (star === -1) rest = specifier === pattern ? '' : undefined;
    else if (specifier.startsWith(pattern.slice(0, star)) && specifier.endsWith(pattern.slice(star + 1)) && specifier.length >= pattern.length - 1) rest = specifier.slice(star, specifier.length - (pattern.length - star - 1));
    if (rest === undefined) continue;
    for (const target of targets) {
      const found = find(target.replace('*', () => rest).replace(/\/+$/, ''));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function resolvePython(from: string, specifier: string, repository: Repository): Resolved {
  const [module = '', name = ''] = specifier.split(':');
  const dots = /^\.*/.exec(module)?.[0].length ?? 0;
  if (dots > 0) {
    let base = folderOf(from);
    for (let level = 1; level < dots; level += 1) {
      if (base === '') return UNRESOLVED;
      base = folderOf(base);
    }
    const found = pythonModule(base, module.slice(dots), name, repository);
    return found === undefined ? UNRESOLVED : file(found);
  }
  // A script's own folder is on the path too.
  for (const root of [...repository.pythonRoots, folderOf(from)]) {
    const found = pythonModule(root, module, name, repository);
    if (found !== undefined && found !== from) return file(found);
  }
  return external(module.split('.')[0] ?? module);
}

function pythonModule(root: string, module: string, name: string, { paths, folders }: Repository): string | undefined {
  const inside = module === '' ? root : [root, module.replaceAll('.', '/')].filter((part) => part !== '').join('/');
  const at = (path: string): string | undefined => [`${path}.py`, `${path}/__init__.py`, `${path}.pyi`, `${path}/__init__.pyi`].find((candidate) => paths.has(candidate));
  const named = name === '' || inside === '' ? (name === '' ? undefined : at(name)) : at(`${inside}/${name}`);
  if (named !== undefined) return named;
  const own = inside === '' ? undefined : at(inside);
  if (own !== undefined) return own;
  // A namespace package: a folder without `__init__.py`.
  return module !== '' && name === '' && folders.has(inside) ? `${inside}/` : undefined;
}

function resolveGo(specifier: string, repository: Repository): Resolved {
  if (specifier === 'C') return IGNORED;
  const { folders } = repository;
  const found = aliased(specifier, repository, (target) => (target === '' || folders.has(target) ? `${target}/` : undefined));
  if (found !== undefined) return file(found);
  const own = repository.aliases.some(({ pattern }) => !pattern.includes('*') && pattern.includes('.') && specifier.startsWith(`${pattern}/`));
  if (own) return UNRESOLVED;
  // The standard library's paths have no dot in their first part.
  const parts = specifier.split('/');
  return external((parts[0] ?? '').includes('.') ? parts.slice(0, 3).join('/') : specifier);
}

function resolveRust(from: string, specifier: string, repository: Repository): Resolved {
  const { paths } = repository;
  const isRoot = /(^|\/)(lib|main|mod)\.rs$/.test(from);
  const own = isRoot ? folderOf(from) : from.replace(/\.rs$/, '');
  const at = (folder: string, name: string): string | undefined => [`${folder}/${name}.rs`, `${folder}/${name}/mod.rs`].map((path) => path.replace(/^\//, '')).find((path) => paths.has(path));
  if (specifier.startsWith('mod:')) {
    const found = at(own, specifier.slice(4)) ?? at(folderOf(from), specifier.slice(4));
    return found === undefined ? UNRESOLVED : file(found);
  }
  const segments = specifier.replace(/\{.*$/s, '').replace(/\bas\b.*$/, '').split('::').filter((part) => part !== '' && part !== '*');
  const [first = '', ...rest] = segments;
  const src = /^(.*?\/?src)\//.exec(from)?.[1] ?? folderOf(from);
  const start = first === 'crate' ? src : first === 'self' ? own : first === 'super' ? folderOf(own) : undefined;
  if (start === undefined) {
    const sibling = at(own, first) ?? (isRoot ? at(folderOf(from), first) : undefined);
    if (sibling !== undefined) return file(sibling);
    const crate = aliased(`crate:${first}`, repository, (target) => (paths.has(target) ? target : undefined));
    return crate === undefined ? (first === '' ? IGNORED : external(first)) : file(crate);
  }
  let folder = start;
  let found: string | undefined;
  for (const segment of rest) {
    const next = at(folder, segment);
    if (next === undefined) break;
    found = next;
    folder = `${folder}/${segment}`;
  }
  // What is left may be a name of the module itself.
  return found === undefined ? IGNORED : file(found);
}

/** Java, C# and PHP import names; the file is the one that declares it. */
function resolveName(specifier: string, from: string, { declared, paths }: Repository): Resolved {
  if (specifier.startsWith('./')) {
    const target = joined(folderOf(from), specifier);
    return target !== undefined && paths.has(target) ? file(target) : UNRESOLVED;
  }
  const name = specifier.replaceAll('\\', '.');
  // `a.b.C.method` of a static import, and `a.b.*` of a whole package.
  for (let candidate = name.replace(/\.\*$/, ''); candidate.includes('.'); candidate = candidate.slice(0, candidate.lastIndexOf('.'))) {
    const found = declared.get(candidate);
    if (found !== undefined) return file(found);
    if (!/\.[A-Z][^.]*$/.test(candidate)) break;
  }
  const whole = declared.get(name);
  return whole === undefined ? external(name.split('.').slice(0, 2).join('.')) : file(whole);
}

function resolveInclude(from: string, specifier: string, { paths, byName }: Repository): Resolved {
  const path = specifier.replace(/^[<"]|[>"]$/g, '');
  if (path === '' || !/^[<"]/.test(specifier)) return IGNORED;
  const beside = joined(folderOf(from), path);
  if (beside !== undefined && paths.has(beside)) return file(beside);
  if (paths.has(path)) return file(path);
  const candidates = (byName.get(path.split('/').at(-1) ?? '') ?? []).filter((candidate) => candidate.endsWith(`/${path}`));
  const nearest = [...candidates].sort((one, other) => shared(other, from) - shared(one, from) || one.length - other.length || (one < other ? -1 : 1))[0];
  if (nearest !== undefined) return file(nearest);
  // A quoted header that is not there is made by the build, or missing.
  return specifier.startsWith('<') ? external(path) : UNRESOLVED;
}

function shared(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}

function resolveRuby(from: string, specifier: string, { paths }: Repository): Resolved {
  if (specifier.startsWith('./') || specifier.startsWith('../')) {
    const target = joined(folderOf(from), specifier);
    const found = target === undefined ? undefined : [target, `${target}.rb`].find((candidate) => paths.has(candidate));
    return found === undefined ? UNRESOLVED : file(found);
  }
  const library = /^(.*?\/)?lib\//.exec(from)?.[0] ?? 'lib/';
  const found = [`${library}${specifier}.rb`, `lib/${specifier}.rb`, `${specifier}.rb`].find((candidate) => paths.has(candidate));
  return found === undefined ? external(specifier.split('/')[0] ?? specifier) : file(found);
}
