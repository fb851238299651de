/** One thing wrong with a text: where, from 1 in UTF-16 units as editors count, and what to do about it. */
export interface ParseIssue {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** The place in the value, such as `phases[0].tasks[2].dependsOn[1]`, where there is one. */
  readonly path?: string;
}

/** What every parser here returns. None throws, whatever the text; a failed parse lists every problem it can tell apart. */
export type ParseResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: readonly ParseIssue[] };

/** A place in a text, from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** In the order of the text, and at most `max`, with a last one that says how many were left out: a list for a person or an agent to work through. */
export function orderIssues(issues: readonly ParseIssue[], max = 200): ParseIssue[] {
  const sorted = [...issues].sort((a, b) => a.line - b.line || a.column - b.column);
  if (sorted.length <= max) return sorted;
  const last = sorted[max - 1];
  const rest: ParseIssue = { line: last?.line ?? 1, column: last?.column ?? 1, message: `and ${sorted.length - max + 1} more problems.` };
  return [...sorted.slice(0, max - 1), rest];
}

/** Text of the author inside a message: bounded, and without characters that could disturb a terminal or a line of a log. */
export function quote(text: string, max = 60): string {
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, '�');
  return `"${plain.length > max ? `${plain.slice(0, max - 1)}…` : plain}"`;
}
