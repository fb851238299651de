/** Text in the cells of a terminal. Text of others has been through `harmless` before it comes here. */

const WIDE = /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
const NONE = /[\p{Mn}\p{Me}\p{Cf}]/u;

function cellsOfOne(character: string): number {
  // Nearly everything: looking it up in the tables of Unicode costs more than all the rest.
  if (character < '\u0300') return 1;
  return NONE.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
}

/** How many cells a line takes. */
export function cells(text: string): number {
  let sum = 0;
  for (const character of text) sum += cellsOfOne(character);
  return sum;
}

/** The line, in at most `most` cells; what is cut off leaves an ellipsis. */
export function clip(text: string, most: number): string {
  if (most <= 0) return '';
  if (cells(text) <= most) return text;
  return `${head(text, most - 1)}…`;
}

/** The line in exactly `width` cells. */
export function fit(text: string, width: number): string {
  const clipped = clip(text, width);
  return clipped + ' '.repeat(Math.max(0, width - cells(clipped)));
}

/** Two texts at the ends of a line of `width` cells; where there is no room for both, `left` gives way. */
export function ends(left: string, right: string, width: number): string {
  const kept = clip(right, width);
  return fit(left, Math.max(0, width - cells(kept) - (kept === '' ? 0 : 1))) + (kept === '' || cells(kept) === width ? '' : ' ') + kept;
}

/** Lines of at most `width` cells, broken between words where that is possible. An empty line stays one. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (cells(rest) > width) {
    // One character at least: whoever cuts comes to an end.
    const piece = head(rest, width) || ([...rest][0] ?? rest);
    const space = rest[piece.length] === ' ' ? piece.length : piece.lastIndexOf(' ');
    // A break that leaves most of a line empty reads worse than a broken word.
    const at = space > piece.length / 3 ? space : piece.length;
    lines.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).replace(/^ /, '');
  }
  return [...lines, rest];
}

/** As much of the beginning as has room. */
function head(text: string, most: number): string {
  let sum = 0;
  let end = 0;
  for (const character of text) {
    sum += cellsOfOne(character);
    if (sum > most) break;
    end += character.length;
  }
  return text.slice(0, end);
}
