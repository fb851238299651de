/** A line that is being typed. */
export interface Field {
  readonly text: string;
  /** Where the next character goes, as an index in `text`. */
  readonly cursor: number;
}

export const EMPTY_FIELD: Field = { text: '', cursor: 0 };

export type FieldKey = 'left' | 'right' | 'home' | 'end' | 'backspace' | 'word_back' | 'clear' | 'cut_right';

/** As long as what the studio takes for a directive. */
const MOST = 8_000;

/** Puts in what was typed or pasted. Line ends become spaces: a paste of several lines is one directive. */
export function typeIn({ text, cursor }: Field, typed: string): Field {
  const clean = typed.replaceAll(/[\r\n\t]+/g, ' ').replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '').slice(0, MOST - text.length);
  return { text: text.slice(0, cursor) + clean + text.slice(cursor), cursor: cursor + clean.length };
}

export function press(field: Field, key: FieldKey): Field {
  const { text, cursor } = field;
  switch (key) {
    case 'left':
      return { text, cursor: before(text, cursor) };
    case 'right':
      return { text, cursor: cursor + ([...text.slice(cursor)][0]?.length ?? 0) };
    case 'home':
      return { text, cursor: 0 };
    case 'end':
      return { text, cursor: text.length };
    case 'backspace':
      return cut(field, before(text, cursor));
    case 'word_back':
      return cut(field, Math.max(0, text.slice(0, cursor).search(/\S+\s*$/)));
    case 'clear':
      return EMPTY_FIELD;
    case 'cut_right':
      return { text: text.slice(0, cursor), cursor };
  }
}

function before(text: string, cursor: number): number {
  return cursor - ([...text.slice(0, cursor)].at(-1)?.length ?? 0);
}

function cut({ text, cursor }: Field, from: number): Field {
  return { text: text.slice(0, from) + text.slice(cursor), cursor: from };
}

/** What of the line is shown in `width` cells: the cursor is always among it. Cut by characters, which is enough for a line that scrolls. */
export function visible({ text, cursor }: Field, width: number): { readonly left: string; readonly at: string; readonly right: string } {
  const from = Math.max(0, cursor - Math.max(1, width - 2));
  const at = [...text.slice(cursor)][0] ?? ' ';
  return { left: text.slice(from, cursor), at, right: text.slice(cursor + at.length, from + width - 1) };
}
