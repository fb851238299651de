/** Aligned columns, two spaces apart, without lines: they stay readable in a log and can be cut by other programs. */

const COLOUR = /\u001b\[[0-9;]*m/g;
/** Scripts and symbols that terminals draw two columns wide (Unicode East Asian Width W and F, the blocks people write in). */
const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const MARK = /\p{Mark}|\u200d|\ufe0f/u;

/** Columns that a text takes on a terminal. */
export function width(text: string): number {
  let columns = 0;
  for (const character of text.replace(COLOUR, '')) columns += MARK.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return columns;
}

export interface TableOptions {
  readonly head?: readonly string[];
  /** How the head is painted. */
  readonly paint?: (text: string) => string;
  /** Columns of the terminal: the last cell of each row is cut to fit. */
  readonly columns?: number | undefined;
  /** Before each row. */
  readonly indent?: string;
}

/** @param rows cells of one line each; line ends in them become spaces. */
export function table(rows: readonly (readonly string[])[], options: TableOptions = {}): string {
  const { head, paint = (text: string) => text, columns, indent = '' } = options;
  const all = [...(head === undefined ? [] : [head]), ...rows].map((row) => row.map((cell) => cell.replaceAll(/\s*[\r\n]+\s*/g, ' ')));
  const widths = Array.from({ length: Math.max(0, ...all.map((row) => row.length)) }, (_, column) => Math.max(0, ...all.map((row) => width(row[column] ?? ''))));
  return all
    .map((row, index) => {
      const line = indent + row.map((cell, column) => (column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - width(cell)))).join('  ').trimEnd();
      const fitted = columns === undefined ? line : cut(line, columns);
      return head !== undefined && index === 0 ? paint(fitted) : fitted;
    })
    .join('\n');
}

/** The start of a line that fits into so many columns, with an ellipsis for what is missing. Colours are closed. */
export function cut(line: string, columns: number): string {
  if (width(line) <= columns) return line;
  let kept = '';
  let used = 0;
  let coloured = false;
  for (const [piece] of line.matchAll(/\u001b\[[0-9;]*m|./gsu)) {
    const isColour = piece.startsWith('\u001b');
    coloured ||= isColour;
    if (!isColour && used + width(piece) > columns - 1) break;
    kept += piece;
    if (!isColour) used += width(piece);
  }
  return `${kept}…${coloured ? '\u001b[0m' : ''}`;
}

/** Names and values under one another. */
export function pairs(entries: readonly (readonly [string, string])[], paint: (text: string) => string): string {
  return table(entries.map(([name, value]) => [paint(name), value]));
}
