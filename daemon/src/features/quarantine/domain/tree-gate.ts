/** Names and modes that git takes and Maestro does not: they attack terminals, browsers, other systems' file names, or readers' eyes. */

export type PathProblem = 'is not UTF-8' | 'has a control character' | 'has an invisible or direction-changing character' | 'is too long';

const MAX_PATH_BYTES = 1_024;
const MAX_NAME_BYTES = 255;
/** Zero-width space, word joiner, byte order mark; marks, embeddings, overrides and isolates of writing direction. Joiners stay: emoji need them. */
const UNSEEN = /[\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]/;

/** @param path as git's bytes, one character each (`latin1`). `null` when it is fine. */
export function pathProblem(path: string): PathProblem | null {
  if (path.length > MAX_PATH_BYTES || path.split('/').some((name) => name.length > MAX_NAME_BYTES)) return 'is too long';
  const text = decodeUtf8(path);
  if (text === null) return 'is not UTF-8';
  if (hasControl(text, '')) return 'has a control character';
  return UNSEEN.test(text) ? 'has an invisible or direction-changing character' : null;
}

/** Text of commits, shown in terminals and pages. Line ends and tabs are fine. */
export function textProblem(text: string): boolean {
  return hasControl(text.replaceAll('\r\n', '\n'), '\n\t');
}

const ALLOWED_MODES: ReadonlySet<string> = new Set(['100644', '100755', '120000']);
export const SUBMODULE_MODE = '160000';

export function isOrdinaryMode(mode: string): boolean {
  return ALLOWED_MODES.has(mode);
}

/**
 * Pairs of paths that are one file on systems that do not tell case or Unicode composition apart.
 *
 * @param all every path of the tree. @param added the paths this change adds: collisions that were there before are not its fault.
 */
export function caseCollisions(all: readonly string[], added: ReadonlySet<string>): readonly (readonly [string, string])[] {
  const wanted = new Set([...added].map(fold));
  const first = new Map<string, string>();
  const pairs: (readonly [string, string])[] = [];
  for (const path of all) {
    const key = fold(path);
    if (!wanted.has(key)) continue;
    const other = first.get(key);
    if (other === undefined) first.set(key, path);
    else if (added.has(path) || added.has(other)) pairs.push([other, path]);
  }
  return pairs;
}

/** A Git LFS pointer, as its specification of 2014 (v1) has it: small, and its first line names the version. */
export function isLfsPointer(content: string): boolean {
  return content.length < 1_024 && content.startsWith('version https://git-lfs.github.com/spec/v1\n');
}

/** Files that a repair left with a conflict in them. Both ends are asked for, because one alone is a heading in some formats. */
export function hasConflictMarkers(content: string): boolean {
  return /^<{7} /m.test(content) && /^={7}$/m.test(content) && /^>{7} /m.test(content);
}

function fold(path: string): string {
  return (decodeUtf8(path) ?? path).normalize('NFC').toLowerCase();
}

function hasControl(text: string, except: string): boolean {
  for (const character of text) {
    if (except.includes(character)) continue;
    if (character < ' ' || (character >= '\x7f' && character <= '\x9f')) return true;
  }
  return false;
}

function decodeUtf8(bytes: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
  } catch {
    return null;
  }
}
