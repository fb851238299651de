/** One line of a hunk, in the shape that the view's library takes. */
export type Change =
  | { readonly type: 'insert'; readonly isInsert: true; readonly content: string; readonly lineNumber: number }
  | { readonly type: 'delete'; readonly isDelete: true; readonly content: string; readonly lineNumber: number }
  | { readonly type: 'normal'; readonly isNormal: true; readonly content: string; readonly oldLineNumber: number; readonly newLineNumber: number };

export interface Hunk {
  /** Its first line, from the first `@@` on. */
  readonly content: string;
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly changes: readonly Change[];
}

/**
 * Reads the hunks of a unified diff, without the file's head. Never throws: lines outside a hunk are passed over. The library's own parser
 * wants the head with the file's name, and reads names wrongly that git has quoted.
 */
export function parseHunks(patch: string): readonly Hunk[] {
  const hunks: (Hunk & { readonly changes: Change[] })[] = [];
  let [oldLine, newLine] = [0, 0];
  for (const line of patch.split('\n')) {
    const head = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (head !== null) {
      const [oldStart, oldLines, newStart, newLines] = [head[1], head[2] ?? '1', head[3], head[4] ?? '1'].map(Number) as [number, number, number, number];
      hunks.push({ content: line, oldStart, oldLines, newStart, newLines, changes: [] });
      [oldLine, newLine] = [oldStart, newStart];
      continue;
    }
    const changes = hunks.at(-1)?.changes;
    const content = line.slice(1);
    if (changes === undefined) continue;
    if (line.startsWith('+')) changes.push({ type: 'insert', isInsert: true, content, lineNumber: newLine++ });
    else if (line.startsWith('-')) changes.push({ type: 'delete', isDelete: true, content, lineNumber: oldLine++ });
    else if (line.startsWith(' ')) changes.push({ type: 'normal', isNormal: true, content, oldLineNumber: oldLine++, newLineNumber: newLine++ });
  }
  return hunks;
}

/** The name by which the view knows a line. */
export function keyOf(change: Change): string {
  switch (change.type) {
    case 'insert':
      return `I${change.lineNumber}`;
    case 'delete':
      return `D${change.lineNumber}`;
    case 'normal':
      return `N${change.oldLineNumber}`;
  }
}

/** The line with this number in the file as it is now; undefined where the hunks do not show it. */
export function lineAt(hunks: readonly Hunk[], line: number): Change | undefined {
  for (const { changes } of hunks) {
    const found = changes.find((change) => (change.type === 'insert' && change.lineNumber === line) || (change.type === 'normal' && change.newLineNumber === line));
    if (found !== undefined) return found;
  }
  return undefined;
}
