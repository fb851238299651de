import type { CatalogHit } from '@maestro/protocol';
import type { Vault } from '../vault/index.js';
import type { Parses } from './analyse.js';
import type { FileFacts } from './domain/facts.js';
import { languageOf, PARSED } from './domain/languages.js';
import { linesOf, nearRepeats, newSymbols } from './domain/near-repeats.js';
import type { KnownSymbol, NearRepeat, NewSymbol } from './domain/near-repeats.js';
import { isBinary, isGenerated, LIMITS, selectFiles } from './domain/selection.js';

export interface NewCodeRequest {
  readonly vault: Pick<Vault, 'listTree' | 'readBlobs'>;
  readonly base: string;
  readonly head: string;
  readonly parser: Parses;
  /** The catalog's answers to these questions, in order; undefined when it cannot be asked. */
  readonly search: (queries: readonly string[]) => Promise<readonly (readonly CatalogHit[])[] | undefined>;
  readonly signal: AbortSignal;
}

/** What one question may have at most; a change that brings more is judged by its longest. */
const MOST_SYMBOLS = 20;
const MOST_FILES = 60;
const MOST_REPEATS = 8;
const MOST_TREE_ENTRIES = 400_000;

interface Sized {
  readonly blob: string;
  readonly size: number;
}

/** What a change declares anew that looks much like what was there. The catalog says where to look; the code itself is compared. */
export async function findNearRepeats(request: NewCodeRequest): Promise<readonly NearRepeat[]> {
  const { vault, base, head, search } = request;
  const [before, after] = [await treeOf(vault, base), await treeOf(vault, head)];
  const added = (await addedSymbols(request, before, after)).slice(0, MOST_SYMBOLS);
  if (added.length === 0) return [];
  const answers = await search(added.map(({ symbol }) => `${symbol.name} ${symbol.signature} ${symbol.doc}`.slice(0, 600)));
  if (answers === undefined) return [];
  const texts = await textsOf(request, answers.flat().flatMap((hit) => sizedIf(before, hit)));
  const known = (hits: readonly CatalogHit[]): readonly KnownSymbol[] =>
    hits.flatMap(({ path, name, line, endLine, blob }) => {
      const text = texts.get(blob);
      return text === undefined ? [] : [{ path, name, line, code: linesOf(text, line, endLine) }];
    });
  // What was moved out of a file that this change takes it from repeats nothing.
  const stays = ({ path, blob }: CatalogHit): boolean => after.get(path)?.blob === blob;
  return nearRepeats(added.map((each, index) => ({ added: each, known: known((answers[index] ?? []).filter(stays)) }))).slice(0, MOST_REPEATS);
}

/** Lines of a hit count only while its file is what the catalog saw. */
function sizedIf(tree: ReadonlyMap<string, Sized>, { path, blob }: CatalogHit): readonly Sized[] {
  const entry = tree.get(path);
  return entry?.blob === blob ? [entry] : [];
}

async function treeOf(vault: NewCodeRequest['vault'], commit: string): Promise<ReadonlyMap<string, Sized>> {
  const tree = await vault.listTree(commit, MOST_TREE_ENTRIES);
  return new Map(selectFiles(tree ?? [], LIMITS).files.map(({ path, blob, size }) => [path, { blob, size }]));
}

async function addedSymbols(request: NewCodeRequest, before: ReadonlyMap<string, Sized>, after: ReadonlyMap<string, Sized>): Promise<readonly NewSymbol[]> {
  const changed = [...after].filter(([path, { blob }]) => before.get(path)?.blob !== blob).slice(0, MOST_FILES);
  const texts = await textsOf(request, changed.flatMap(([path, now]) => [now, before.get(path)].filter((each) => each !== undefined)));
  const found: NewSymbol[] = [];
  for (const [path, { blob }] of changed) {
    const text = texts.get(blob);
    const facts = text === undefined ? undefined : await parsed(request, path, text);
    if (text === undefined || facts === undefined) continue;
    const earlier = texts.get(before.get(path)?.blob ?? '');
    found.push(...newSymbols(path, text, facts, earlier === undefined ? undefined : await parsed(request, path, earlier)));
  }
  return found.sort((one, other) => other.code.length - one.code.length);
}

function parsed({ parser, signal }: NewCodeRequest, path: string, text: string): Promise<FileFacts | undefined> {
  signal.throwIfAborted();
  const language = languageOf(path, text.slice(0, 2_000));
  return language === undefined || !PARSED.has(language) || isGenerated(path, text) ? Promise.resolve(undefined) : parser.parse({ path, language, text });
}

async function textsOf({ vault, signal }: NewCodeRequest, blobs: readonly Sized[]): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  const each = [...new Map(blobs.map((blob) => [blob.blob, blob])).values()];
  for await (const part of vault.readBlobs(each, signal)) for (const [blob, bytes] of part) if (!isBinary(bytes)) texts.set(blob, bytes.toString('utf8').replace(/^\ufeff/, ''));
  return texts;
}
