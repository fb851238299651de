import type { FileFacts, FoundSymbol } from './facts.js';
import { likeness, shingles } from './likeness.js';

/** A declaration that a change brings in. */
export interface NewSymbol {
  readonly path: string;
  readonly symbol: FoundSymbol;
  readonly code: string;
}

/** A declaration that was there before. */
export interface KnownSymbol {
  readonly path: string;
  readonly name: string;
  readonly line: number;
  readonly code: string;
}

/** A new declaration and the one that it nearly repeats. */
export interface NearRepeat {
  readonly path: string;
  readonly line: number;
  readonly name: string;
  readonly of: { readonly path: string; readonly line: number; readonly name: string };
  /** 0 to 1, of the code; see {@link likeness}. */
  readonly likeness: number;
}

/** Shorter code is alike by accident: getters, constructors, one-line wrappers. */
const LEAST_SHINGLES = 14;
/** Of the code alone, and of code whose name is the same. Found by trying: renamed copies lie above 0.8, work alike in shape below 0.45. */
const ALIKE = 0.6;
const ALIKE_OF_ONE_NAME = 0.4;

/** Declarations of a file that its earlier content did not have under the same name, with their code; the longest first. */
export function newSymbols(path: string, text: string, after: FileFacts, before: FileFacts | undefined): readonly NewSymbol[] {
  const known = new Set(before?.symbols.map(nameOf));
  return after.symbols
    .filter((symbol) => symbol.form !== 'constant' && symbol.form !== 'type' && !known.has(nameOf(symbol)))
    .map((symbol) => ({ path, symbol, code: linesOf(text, symbol.line, symbol.endLine) }))
    .filter(({ code }) => shingles(code).size >= LEAST_SHINGLES)
    .sort((one, other) => other.code.length - one.code.length);
}

/** For each new declaration the known one whose code is most like it, where it is enough to ask about; most alike first. */
export function nearRepeats(found: readonly { readonly added: NewSymbol; readonly known: readonly KnownSymbol[] }[]): readonly NearRepeat[] {
  const repeats = found.flatMap(({ added, known }): NearRepeat[] => {
    const best = known
      .map((each) => ({ each, alike: likeness(added.code, each.code) }))
      .filter(({ each, alike }) => alike >= (plain(each.name) === plain(added.symbol.name) ? ALIKE_OF_ONE_NAME : ALIKE))
      .sort((one, other) => other.alike - one.alike)[0];
    if (best === undefined) return [];
    const { path, name, line } = best.each;
    return [{ path: added.path, line: added.symbol.line, name: added.symbol.name, of: { path, line, name }, likeness: best.alike }];
  });
  return repeats.sort((one, other) => other.likeness - one.likeness);
}

/** The lines of a declaration, first and last included, counted from 1. */
export function linesOf(text: string, line: number, endLine: number): string {
  return text.split('\n').slice(line - 1, endLine).join('\n');
}

function nameOf({ container, name }: FoundSymbol): string {
  return `${container}.${name}`;
}

/** `total_of` and `totalOf` are one name. */
function plain(name: string): string {
  return name.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase();
}
