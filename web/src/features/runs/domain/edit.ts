/** A line of a difference: what it was, what it is, or what stands around it. */
export interface DiffLine {
  readonly sign: '+' | '-' | ' ' | '@';
  readonly text: string;
}

/** What a call of a tool changes in a file, as far as its input says. */
export interface Edit {
  readonly path: string;
  readonly lines: readonly DiffLine[];
}

/**
 * Reads the input of a tool that edits files, by the names that agents give its parts. Undefined for every other tool, and for an input that
 * was shortened: half a difference would be shown as a whole one.
 */
export function editOf(input: string): Edit | undefined {
  const value = parsed(input);
  const path = textOf(value, 'file_path') ?? textOf(value, 'path') ?? textOf(value, 'filePath');
  if (value === undefined || path === undefined) return undefined;
  const edits = Array.isArray(value['edits']) ? value['edits'].filter(isRecord) : [value];
  const lines = edits.flatMap((edit) => between(textOf(edit, 'old_string') ?? textOf(edit, 'oldText'), textOf(edit, 'new_string') ?? textOf(edit, 'newText')));
  if (lines.length > 0) return { path, lines };
  const content = textOf(value, 'content');
  return content === undefined ? undefined : { path, lines: between('', content) };
}

/** A unified difference in a text, such as what `git diff` prints; undefined when it is none. */
export function diffOf(text: string): readonly DiffLine[] | undefined {
  if (!/^@@ .*@@/m.test(text)) return undefined;
  return text.split('\n').map((line) => {
    const sign = line[0];
    if (line.startsWith('+++') || line.startsWith('---') || sign === '@' || line.startsWith('diff --git')) return { sign: '@', text: line };
    return sign === '+' || sign === '-' ? { sign, text: line.slice(1) } : { sign: ' ', text: line.startsWith(' ') ? line.slice(1) : line };
  });
}

/** How many lines came and went. */
export function sizeOf({ lines }: Pick<Edit, 'lines'>): { readonly added: number; readonly removed: number } {
  return { added: lines.filter(({ sign }) => sign === '+').length, removed: lines.filter(({ sign }) => sign === '-').length };
}

/** Lines that stay at both ends stand around what changes. Edits are short, so the shortest difference in between is not looked for. */
function between(before: string | undefined, after: string | undefined): readonly DiffLine[] {
  if (before === undefined || after === undefined || before === after) return [];
  const old = linesOf(before);
  const now = linesOf(after);
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const signed = (sign: DiffLine['sign']) => (text: string) => ({ sign, text });
  return [
    ...old.slice(0, head).map(signed(' ')),
    ...old.slice(head, old.length - tail).map(signed('-')),
    ...now.slice(head, now.length - tail).map(signed('+')),
    ...old.slice(old.length - tail).map(signed(' ')),
  ];
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function parsed(input: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(input);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined {
  const found = value?.[name];
  return typeof found === 'string' ? found : undefined;
}
