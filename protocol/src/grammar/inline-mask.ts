/**
 * Which lines of a paragraph begin inside a code span, an HTML tag or a comment that an earlier line opened.
 * Tags are taken more widely than CommonMark takes them (any `<` before a letter, to the next `>`), and the text is read with and
 * without them: a line wrongly masked costs a question to the agent, a line wrongly read would let quoted text decide.
 * Linear: each kind of closer that was once not found is not looked for again.
 */
export function maskedLines(lines: readonly string[]): ReadonlySet<number> {
  const masked = new Set<number>();
  const text = lines.join('\n');
  if (!/[`<]/.test(text)) return masked;
  const starts: number[] = [];
  let length = 0;
  for (const line of lines) {
    starts.push(length);
    length += line.length + 1;
  }
  for (const reading of READINGS) {
    let line = 1;
    for (const [from, to] of spans(text, reading)) {
      while (line < starts.length && (starts[line] ?? 0) <= from) line += 1;
      for (let index = line; index < starts.length && (starts[index] ?? 0) < to; index += 1) masked.add(index);
    }
  }
  return masked;
}

type Opening = readonly [start: string, closer: string];
const COMMENTS: readonly Opening[] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
];
const TAGS: readonly Opening[] = [['<', '>']];
/** What counts beside code spans. */
const READINGS: readonly (readonly Opening[])[] = [[], COMMENTS, [...COMMENTS, ...TAGS]];
const TAG_START = /[A-Za-z/?!]/;

/** Code spans and tags, left to right, as [start, end) offsets: whichever opens first wins (CommonMark 0.31 §6.1). */
function* spans(text: string, openings: readonly Opening[]): Generator<readonly [number, number]> {
  const ticks = tickRuns(text);
  const missing = new Set<string>();
  const find = (closer: string, from: number) => {
    if (missing.has(closer)) return -1;
    const at = text.indexOf(closer, from);
    if (at === -1) missing.add(closer);
    return at;
  };
  let index = 0;
  while (index < text.length) {
    const character = text[index];
    if (character === '\\') index += 2;
    else if (character === '`') {
      let end = index;
      while (text[end] === '`') end += 1;
      const close = ticks.closing(end - index, end);
      if (close === undefined) index = end;
      else {
        yield [index, close];
        index = close;
      }
    } else if (character === '<' && TAG_START.test(text[index + 1] ?? '')) {
      const opening = openings.find(([start]) => text.startsWith(start, index));
      // `<!-->` is a whole comment (CommonMark 0.31 §6.6), `<?>` only the start of an instruction.
      const at = opening === undefined ? -1 : find(opening[1], index + Math.min(opening[0].length, 2));
      if (opening === undefined || at === -1) index += 1;
      else {
        yield [index, at + opening[1].length];
        index = at + opening[1].length;
      }
    } else index += 1;
  }
}

/** Runs of backticks by length, each list walked forward only. */
function tickRuns(text: string): { closing(length: number, from: number): number | undefined } {
  const byLength = new Map<number, number[]>();
  for (const match of text.matchAll(/`+/g)) {
    const list = byLength.get(match[0].length);
    if (list === undefined) byLength.set(match[0].length, [match.index]);
    else list.push(match.index);
  }
  const cursor = new Map<number, number>();
  return {
    closing(length, from) {
      const list = byLength.get(length) ?? [];
      let at = cursor.get(length) ?? 0;
      while (at < list.length && (list[at] ?? 0) < from) at += 1;
      cursor.set(length, at);
      const start = list[at];
      return start === undefined ? undefined : start + length;
    },
  };
}
