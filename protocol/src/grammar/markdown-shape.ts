/*
 * What reader and writer of the Markdown proposal share: how a line is told to be structure, and how text that only looks like
 * structure is written with a backslash. Both sides walk the text with the same fence tracker, so they agree on what is code.
 */

/** A nested line `key: …` or `- key: …`. Group 1 is the list marker, 2 the name, 3 backslashes that make it text, 4 the value. */
const FIELD = /^([-*+] +)?(key|depends[ _-]?on|dependencies|skills|estimate|priority|acceptance(?:[ _-]?criteria)?) {0,3}(\\*):(.*)$/is;
const CHECKBOX = /^(\\*)[-*+] \[[ xX]\](?: |$)/;
const HEADING = /^(\\*)#{1,6}(?: |$)/;
const FENCE = /^(\\*)(`{3,}|~{3,})/;
const BOX = /^(\\*)\[[ xX]\](?: |$)/;

export type FieldName = 'key' | 'dependsOn' | 'skills' | 'estimate' | 'priority' | 'acceptanceCriteria';

export interface FieldLine {
  readonly name: FieldName;
  readonly value: string;
  /** Where the value starts in the line, from 0. */
  readonly valueAt: number;
}

/** The field on this line (its indentation taken off), unless a backslash makes it text. */
export function fieldOf(line: string): FieldLine | undefined {
  const match = FIELD.exec(line);
  if (match === null || match[3] !== '') return undefined;
  const value = match[4] ?? '';
  return { name: nameOf(match[2] ?? ''), value: value.trim(), valueAt: line.length - value.trimStart().length };
}

function nameOf(spelling: string): FieldName {
  const name = spelling.toLowerCase();
  if (name.startsWith('dep')) return 'dependsOn';
  if (name.startsWith('acc')) return 'acceptanceCriteria';
  return name === 'key' || name === 'skills' || name === 'estimate' ? name : 'priority';
}

export function isCheckbox(line: string): boolean {
  return CHECKBOX.exec(line)?.[1] === '';
}

/** Follows fenced code through the lines of one text. */
export class FenceTracker {
  #open: string | undefined;

  /** Whether this line (its indentation taken off) is code, or the line that opens or closes it. */
  isCode(line: string): boolean {
    const marker = FENCE.exec(line);
    if (this.#open === undefined) {
      if (marker === null || marker[1] !== '') return false;
      const ticks = marker[2] ?? '';
      // A backtick fence has no backtick in what follows it: that would be a code span.
      if (ticks.startsWith('`') && line.slice(ticks.length).includes('`')) return false;
      this.#open = ticks;
      return true;
    }
    const ticks = marker?.[1] === '' ? (marker[2] ?? '') : '';
    if (ticks.startsWith(this.#open) && line.slice(ticks.length).trim() === '') this.#open = undefined;
    return true;
  }

  get open(): boolean {
    return this.#open !== undefined;
  }
}

/** Lines of text that are not in code, and in which structure would be seen. */
const MARKS: Readonly<Record<'goal' | 'description', readonly RegExp[]>> = { goal: [HEADING, CHECKBOX, FENCE], description: [CHECKBOX, FENCE] };

function marked(line: string, where: 'goal' | 'description'): number | undefined {
  for (const mark of MARKS[where]) {
    const match = mark.exec(line);
    // The backslashes stand before everything else in all of these.
    if (match !== null) return 0;
  }
  if (where === 'goal') return undefined;
  const field = FIELD.exec(line);
  return field === null ? undefined : (field[1] ?? '').length + line.slice((field[1] ?? '').length).indexOf(`${field[3] ?? ''}:`);
}

/** Puts a backslash where this line would be taken for structure, or already has one for that reason. */
export function escapeLine(line: string, where: 'goal' | 'description'): string {
  const indent = line.length - line.trimStart().length;
  const text = line.slice(indent);
  const at = marked(text, where);
  return at === undefined ? line : `${line.slice(0, indent)}${text.slice(0, at)}\\${text.slice(at)}`;
}

/** Takes the backslash off again. */
export function unescapeLine(line: string, where: 'goal' | 'description'): string {
  const indent = line.length - line.trimStart().length;
  const text = line.slice(indent);
  const at = marked(text, where);
  return at === undefined || text[at] !== '\\' ? line : `${line.slice(0, indent)}${text.slice(0, at)}${text.slice(at + 1)}`;
}

/** A criterion may stand behind a checkbox, which is not part of it; one that begins like a checkbox has a backslash. */
export function criterionOf(text: string): string {
  const box = BOX.exec(text);
  if (box === null) return text;
  return box[1] === '' ? text.slice(3).trimStart() : text.slice(1);
}

export function escapeCriterion(text: string): string {
  return BOX.test(text) ? `\\${text}` : text;
}
