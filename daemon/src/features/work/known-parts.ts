import type { CatalogHit } from '@maestro/protocol';
import { artifactsOf, languageOf, likeness, PARSED } from '../analysis/index.js';
import type { RunContext, Workplace } from './work.types.js';

/** Hits that a prompt carries: more of them push out what the task says. */
const MOST_HITS = 8;
/** A new symbol that has this share of its words in common with an old one is shown to the reviewer. */
const NEARLY_THE_SAME = 0.6;
/** Shorter ones are alike by nature. */
const SHORTEST_LINES = 4;
const MOST_SYMBOLS = 16;
const MOST_HINTS = 8;
const MOST_FILE_BYTES = 400_000;

/** What the catalog has that may fit a task, for its prompt; empty where nothing is known. */
export async function partsForTask(run: RunContext): Promise<readonly CatalogHit[]> {
  const { task } = run.packet;
  if (task === undefined) return [];
  const q = `${task.title} ${task.description}`.trim().slice(0, 2_000);
  const [hits = []] = (await run.catalog.search([{ q, limit: MOST_HITS }])) ?? [];
  return hits;
}

/** A symbol of the change that nearly repeats one that was there before. */
export interface Repetition {
  readonly name: string;
  readonly path: string;
  readonly line: number;
  readonly of: Pick<CatalogHit, 'name' | 'path' | 'line'>;
  /** 0 to 1. */
  readonly likeness: number;
}

interface Changed {
  readonly path: string;
  readonly status: 'A' | 'M' | 'D' | 'T';
  readonly oldBlob: string;
  readonly newBlob: string;
}

interface NewSymbol {
  readonly name: string;
  readonly path: string;
  readonly line: number;
  readonly code: string;
  readonly query: string;
}

/**
 * New symbols of a change that nearly repeat what the base branch has, best first. The catalog says where to look, the text of both says
 * how alike they are; what the change itself takes away is no repetition but a move.
 */
export async function repetitions(run: RunContext, place: Workplace, files: readonly Changed[]): Promise<readonly Repetition[]> {
  const symbols = await newSymbols(run, place, files);
  const answers = await run.catalog.search(symbols.map(({ query }) => ({ q: query, limit: 5 })));
  if (answers === undefined) return [];
  const gone = new Set(files.filter(({ status }) => status === 'D').map(({ path }) => path));
  const found: Repetition[] = [];
  for (const [index, symbol] of symbols.entries()) {
    let best: Repetition | undefined;
    for (const hit of answers[index] ?? []) {
      if (gone.has(hit.path) || (hit.path === symbol.path && hit.name === symbol.name)) continue;
      const alike = likeness(symbol.code, await codeOf(place, hit));
      if (alike >= NEARLY_THE_SAME && alike > (best?.likeness ?? 0)) best = { name: symbol.name, path: symbol.path, line: symbol.line, of: { name: hit.name, path: hit.path, line: hit.line }, likeness: alike };
    }
    if (best !== undefined) found.push(best);
  }
  return found.toSorted((a, b) => b.likeness - a.likeness).slice(0, MOST_HINTS);
}

async function newSymbols(run: RunContext, place: Workplace, files: readonly Changed[]): Promise<readonly NewSymbol[]> {
  const parser = run.analysis.parser();
  const found: NewSymbol[] = [];
  try {
    for (const { path, status, oldBlob, newBlob } of files) {
      if (found.length >= MOST_SYMBOLS) break;
      if (status !== 'A' && status !== 'M') continue;
      const text = await textOf(place, newBlob);
      const language = text === undefined ? undefined : languageOf(path, text.slice(0, 2_000));
      if (text === undefined || language === undefined || !PARSED.has(language)) continue;
      const before = status === 'M' ? await textOf(place, oldBlob) : undefined;
      const known = new Set(before === undefined ? [] : ((await parser.parse({ path, language, text: before }))?.symbols ?? []).map(({ container, name }) => `${container}.${name}`));
      const facts = await parser.parse({ path, language, text });
      if (facts === undefined) continue;
      const lines = text.split('\n');
      for (const { kind, name, container, signature, doc, line, endLine } of artifactsOf(path, facts)) {
        if (kind === 'module' || endLine - line + 1 < SHORTEST_LINES || known.has(`${container}.${name}`)) continue;
        found.push({ name, path, line, code: lines.slice(line - 1, endLine).join('\n'), query: `${name} ${signature} ${doc}`.slice(0, 2_000) });
      }
    }
  } finally {
    await parser.close();
  }
  return found.slice(0, MOST_SYMBOLS);
}

async function codeOf(place: Workplace, { commit, blob, line, endLine }: CatalogHit): Promise<string> {
  if (!(await place.vault.hasCommit(commit))) return '';
  return (await textOf(place, blob))?.split('\n').slice(line - 1, endLine).join('\n') ?? '';
}

/** Undefined for what is not there, is no text, or is too long to compare. */
async function textOf(place: Workplace, blob: string): Promise<string | undefined> {
  try {
    for await (const part of place.vault.readBlobs([{ blob, size: MOST_FILE_BYTES }])) {
      const bytes = part.get(blob);
      return bytes === undefined || bytes.length > MOST_FILE_BYTES || bytes.includes(0) ? undefined : bytes.toString('utf8');
    }
  } catch {
    // A hint that cannot be made is no reason for a review to fail.
  }
  return undefined;
}
