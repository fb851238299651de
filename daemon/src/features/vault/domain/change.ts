import type { ChangedFile as ToldFile, ChangeTotals } from '@maestro/protocol';
import { parseRawDiff } from './raw-diff.js';
import type { LineCount, RawEntry } from './raw-diff.js';

/** What a commit range changes, as people are told of it. */
export interface ToldChange {
  readonly totals: ChangeTotals;
  readonly files: readonly ToldFile[];
}

export interface ChangeLimits {
  readonly names: number;
  readonly patches: number;
  readonly patchCharacters: number;
  readonly characters: number;
}

/** A file that changed in more lines is not asked for: generated, and it would use up what is read of the others. */
const MOST_LINES = 5_000;

const NO_LINES: LineCount = { added: null, removed: null };

/** Of which files the patch is asked for: text, of a length that people read, the first of them in git's order. Paths are git's bytes. */
export function wantedPatches(entries: readonly RawEntry[], counts: ReadonlyMap<string, LineCount>, limits: ChangeLimits): readonly string[] {
  return entries
    .filter(({ path }) => {
      const { added, removed } = counts.get(path) ?? NO_LINES;
      return added !== null && removed !== null && added + removed <= MOST_LINES;
    })
    .slice(0, limits.patches)
    .map(({ path }) => path);
}

/**
 * Reads `git diff-tree -r -z --raw -p`: hunks by path (git's bytes). Which patch belongs to which file is read from the order, which is that
 * of the raw entries; the names in the patch are quoted and can be made to lie.
 *
 * @param truncated the output was cut: its last patch is not whole, and is left out.
 * @returns undefined when there are other patches than entries, so that none can be told apart.
 */
export function parsePatches(output: string, truncated: boolean): ReadonlyMap<string, string> | undefined {
  const end = output.indexOf('\0\0');
  if (end === -1) return new Map();
  const entries = parseRawDiff(output.slice(0, end + 1));
  // Within a hunk each line has its sign, so a line that begins with these words begins a patch. (Not `^`: that matches behind a CR, too.)
  const patches = output.slice(end + 2).split(/(?<=\n)(?=diff --git )/);
  if (truncated) patches.pop();
  const found = new Map<string, string>();
  let next = 0;
  for (const { path, status } of entries) {
    // A change of type is told as a file that goes and one that comes.
    const count = status === 'T' ? 2 : 1;
    const own = patches.slice(next, next + count);
    if (own.length < count) return truncated ? found : undefined;
    next += count;
    found.set(path, own.map(hunksOf).join(''));
  }
  return next === patches.length ? found : undefined;
}

function hunksOf(patch: string): string {
  const start = patch.indexOf('\n@@ ');
  if (start === -1) return '';
  const hunks = patch.slice(start + 1);
  return hunks.endsWith('\n') ? hunks : `${hunks}\n`;
}

/** Puts together what is told of a change, within its limits: names as far as they go, patches as far as they go, and counts of all of it. */
export function toldChange(entries: readonly RawEntry[], counts: ReadonlyMap<string, LineCount>, patches: ReadonlyMap<string, string>, limits: ChangeLimits): ToldChange {
  const totals = { files: entries.length, added: 0, removed: 0 };
  for (const { path } of entries) {
    const { added, removed } = counts.get(path) ?? NO_LINES;
    totals.added += added ?? 0;
    totals.removed += removed ?? 0;
  }
  let left = limits.characters;
  const files = entries.slice(0, limits.names).map((entry): ToldFile => {
    const { path, status, oldMode, newMode } = entry;
    const { added, removed } = counts.get(path) ?? NO_LINES;
    const told = { path: readable(path).slice(0, 4_096), status: STATUS[status] ?? ('modified' as const), oldMode, newMode, added, removed };
    const bytes = patches.get(path);
    if (added === null || removed === null) return { ...told, patch: null, without: 'binary' };
    if (bytes === undefined) return { ...told, patch: null, without: added + removed > MOST_LINES ? 'too_long' : 'over_limit' };
    const patch = readable(bytes);
    if (patch.length > limits.patchCharacters) return { ...told, patch: null, without: 'too_long' };
    if (patch.length > left) return { ...told, patch: null, without: 'over_limit' };
    left -= patch.length;
    return { ...told, patch };
  });
  return { totals, files };
}

const STATUS: Readonly<Record<string, ToldFile['status']>> = { A: 'added', M: 'modified', D: 'deleted', T: 'retyped' };

/** Text for people from git's bytes. What is no UTF-8 shows as U+FFFD; so does NUL, which no database keeps. */
function readable(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8').replaceAll('\0', '\uFFFD');
}
