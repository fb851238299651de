import type { ContextFileDiff } from '@maestro/protocol';

/** Unchanged lines around a change that are shown with it. */
const CONTEXT = 3;

type Line = ContextFileDiff['lines'][number];

/** A line with its numbers, counted from 1, in the shape that the diff view takes. */
type Change =
  | { readonly type: 'insert'; readonly isInsert: true; readonly content: string; readonly lineNumber: number }
  | { readonly type: 'delete'; readonly isDelete: true; readonly content: string; readonly lineNumber: number }
  | { readonly type: 'normal'; readonly isNormal: true; readonly content: string; readonly oldLineNumber: number; readonly newLineNumber: number };

interface Hunk {
  /** As unified diffs head it. */
  readonly content: string;
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly changes: Change[];
}

/** Lines of two versions as hunks: the changes with some lines around each, and what is far from any change left out. */
export function hunksOf(lines: readonly Line[]): readonly Hunk[] {
  const changes = numbered(lines);
  const near = lines.map((_, at) => lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ change }) => change !== 'same'));
  const hunks: Change[][] = [];
  changes.forEach((change, at) => {
    if (near[at] !== true) return;
    if (near[at - 1] === true) hunks.at(-1)?.push(change);
    else hunks.push([change]);
  });
  return hunks.map(toHunk);
}

/** How many lines came and went. */
export function countsOf(lines: readonly Line[]): { readonly added: number; readonly removed: number } {
  const count = (change: Line['change']): number => lines.filter((line) => line.change === change).length;
  return { added: count('added'), removed: count('removed') };
}

/** Each line with its number in the version that has it, or in both. */
function numbered(lines: readonly Line[]): readonly Change[] {
  let [before, after] = [0, 0];
  return lines.map(({ change, text }): Change => {
    if (change !== 'added') before += 1;
    if (change !== 'removed') after += 1;
    if (change === 'added') return { type: 'insert', isInsert: true, content: text, lineNumber: after };
    if (change === 'removed') return { type: 'delete', isDelete: true, content: text, lineNumber: before };
    return { type: 'normal', isNormal: true, content: text, oldLineNumber: before, newLineNumber: after };
  });
}

function toHunk(changes: Change[]): Hunk {
  const before = changes.flatMap((change) => (change.type === 'insert' ? [] : [change.type === 'delete' ? change.lineNumber : change.oldLineNumber]));
  const after = changes.flatMap((change) => (change.type === 'delete' ? [] : [change.type === 'insert' ? change.lineNumber : change.newLineNumber]));
  const range = (lines: readonly number[]): string => `${lines[0] ?? 0},${lines.length}`;
  return { content: `@@ -${range(before)} +${range(after)} @@`, oldStart: before[0] ?? 0, oldLines: before.length, newStart: after[0] ?? 0, newLines: after.length, changes };
}
