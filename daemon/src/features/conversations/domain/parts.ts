/** Characters of one line of a journal: small enough to be sent, stored and laid out in one piece. */
const PART_CHARACTERS = 16_000;
/** What is longer is no text for people; the rest of it is not kept. */
const MOST_CHARACTERS = 1_000_000;

/** A piece of a text; `offset` and `of` (characters) are there when it is not the whole. */
export interface TextPart {
  readonly text: string;
  readonly offset?: number;
  readonly of?: number;
}

/**
 * A text as the lines of a journal carry it: whole, or in pieces that join on to one another. Each piece has a number of its own in the
 * journal, so that after an outage a long text goes on from where the studio has it, instead of from its beginning.
 */
export function textParts(text: string, part = PART_CHARACTERS, most = MOST_CHARACTERS): readonly TextPart[] {
  if (text.length <= part) return [{ text }];
  const kept = Math.min(text.length, most);
  const parts: TextPart[] = [];
  for (let offset = 0; offset < kept; ) {
    const end = endOfPart(text, offset, Math.min(offset + part, kept));
    parts.push({ text: text.slice(offset, end), offset, of: text.length });
    offset = end;
  }
  return parts;
}

/** Not between the two halves of a character outside the basic plane: databases take no half ones. */
function endOfPart(text: string, offset: number, end: number): number {
  const splits = end < text.length && isLeading(text.charCodeAt(end - 1)) && isTrailing(text.charCodeAt(end));
  return splits && end - 1 > offset ? end - 1 : end;
}

const isLeading = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
const isTrailing = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;
