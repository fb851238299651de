import { FenceTracker, criterionOf, fieldOf, isCheckbox, unescapeLine } from './markdown-shape.js';
import type { FieldName } from './markdown-shape.js';
import type { ParseIssue, ParseResult, Position } from './parse-result.js';
import { quote } from './parse-result.js';
import { PROPOSAL_LIMITS } from './proposal-schema.js';
import type { SourceEntry, SourceNode } from './source-node.js';
import { splitLines } from './blocks.js';

/*
 * The one Markdown shape of a proposal. What stands at the margin is structure, what is indented below a task belongs to it:
 *
 *     # Title of the plan
 *
 *     Its goal, in paragraphs.
 *
 *     ## Title of a phase
 *
 *     - [ ] Title of a task
 *       - key: orders-table
 *       - depends on: customers-table
 *       - skills: postgres:4, react
 *       - estimate: 2h
 *       - priority: 10
 *       - acceptance:
 *         - A criterion
 *
 *       The description, in paragraphs, lists and fenced code.
 *
 * Title, goal and every nested line may be left out. Headings are only `#` and `##`; text at the margin of a phase, and checklists
 * inside a task, are refused, since whether they were meant as tasks would be a guess. A backslash turns such a line into text.
 */

const MAX_ISSUES = 200;
const BLANK = /^[ \t]*$/;
const RULE = /^(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,})$/;
// `.` has to match U+2028 too, which ends no line here.
const TASK = /^[-*+] \[[ xX]\](?: +(.*))?$/s;
const BULLET = /^[-*+](?: +(.*))?$/s;

export function readMarkdown(text: string): ParseResult<SourceNode> {
  const reader = new MarkdownReader(splitLines(text));
  const value = reader.readAll();
  return reader.issues.length > 0 ? { ok: false, issues: reader.issues } : { ok: true, value };
}

class MarkdownReader {
  readonly issues: ParseIssue[] = [];
  readonly #lines: readonly string[];
  #index = 0;
  #tasks = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  readAll(): SourceNode {
    const entries = this.#readHead();
    const phases: SourceNode[] = [];
    // Past its limits nothing of a proposal is taken, so the rest need not be read.
    const within = () => this.issues.length < MAX_ISSUES && phases.length <= PROPOSAL_LIMITS.phases && this.#tasks <= PROPOSAL_LIMITS.tasks;
    while (this.#index < this.#lines.length && within()) phases.push(this.#readPhase());
    entries.push(entry('phases', start(1), { kind: 'list', at: phases[0]?.at ?? start(1), items: phases }));
    return { kind: 'map', at: start(1), entries };
  }

  /** Title and goal: all up to the first phase. */
  #readHead(): SourceEntry[] {
    const entries: SourceEntry[] = [];
    const goal: string[] = [];
    const fence = new FenceTracker();
    let goalAt: Position | undefined;
    for (; this.#index < this.#lines.length; this.#index += 1) {
      const line = this.#line();
      const code = fence.isCode(line.trimStart());
      if (!code && /^##(?: |$)/.test(line)) break;
      if (!code && isCheckbox(line)) {
        this.#issue(1, 'A task stands before the first phase; put a heading such as "## First phase" above it.');
        this.#skipIndented();
      } else if (!code && /^#(?: |$)/.test(line)) {
        if (entries.length > 0 || goalAt !== undefined) this.#issue(1, 'There is one title ("# …"), above everything else; phases are written with "##".');
        else entries.push(entry('title', this.#at(1), scalar(line.slice(1).trim(), this.#at(3))));
      } else if (!code && /^#{3,6}(?: |$)/.test(line)) this.#issue(1, 'Headings deeper than "##" have no meaning here; a phase is "##", a task "- [ ]".');
      else {
        if (!BLANK.test(line)) goalAt ??= this.#at(1);
        goal.push(code ? line : unescapeLine(line, 'goal'));
      }
      if (this.issues.length >= MAX_ISSUES) break;
    }
    if (fence.open) this.issues.push({ ...(goalAt ?? start(1)), message: 'A code fence in the goal is never closed, so no phase was found.' });
    if (goalAt !== undefined) entries.push(entry('goal', goalAt, scalar(goal.join('\n'), goalAt)));
    return entries;
  }

  #readPhase(): SourceNode {
    const at = this.#at(1);
    const title = scalar(this.#line().slice(2).trim(), this.#at(4));
    const tasks: SourceNode[] = [];
    let strayReported = false;
    for (this.#index += 1; this.#index < this.#lines.length && this.#tasks <= PROPOSAL_LIMITS.tasks; ) {
      const line = this.#line();
      if (/^##(?: |$)/.test(line)) break;
      const task = TASK.exec(line);
      if (task !== null) {
        tasks.push(this.#readTask(task[1] ?? ''));
        strayReported = false;
        continue;
      }
      this.#index += 1;
      if (line.trim() === '' || RULE.test(line)) {
        strayReported = false;
        continue;
      }
      // One message for each run of lines, not one for each line.
      if (!strayReported) this.issues.push({ line: this.#index, column: 1, message: strayMessage(line) });
      strayReported = true;
      if (this.issues.length >= MAX_ISSUES) break;
    }
    return { kind: 'map', at, entries: [entry('title', at, title), entry('tasks', at, { kind: 'list', at, items: tasks })] };
  }

  #readTask(title: string): SourceNode {
    const at = this.#at(1);
    this.#tasks += 1;
    const titleAt = this.#at(this.#line().length - title.length + 1);
    this.#index += 1;
    const from = this.#index;
    this.#skipIndented();
    const body = new TaskBody(this.#lines, from, this.#index, this.issues);
    return { kind: 'map', at, entries: [entry('title', titleAt, scalar(title.trim(), titleAt)), ...body.read()] };
  }

  #skipIndented(): void {
    while (this.#index < this.#lines.length && /^(?:[ \t]|$)/.test(this.#line())) this.#index += 1;
  }

  #line(): string {
    return this.#lines[this.#index] ?? '';
  }

  #at(column: number): Position {
    return { line: this.#index + 1, column };
  }

  #issue(column: number, message: string): void {
    this.issues.push({ ...this.#at(column), message });
  }
}

function strayMessage(line: string): string {
  if (/^#(?: |$)/.test(line)) return 'There is one title ("# …"), above everything else; phases are written with "##".';
  if (/^#{3,}/.test(line)) return 'Headings deeper than "##" have no meaning here; a phase is "##", a task "- [ ]".';
  if (BULLET.test(line)) return `${quote(line, 40)} is no task: write "- [ ] Title".`;
  return `${quote(line, 40)} belongs to no task: indent it below its task, or make it one with "- [ ] Title".`;
}

/** The indented lines below a task. */
class TaskBody {
  readonly #lines: readonly string[];
  readonly #issues: ParseIssue[];
  readonly #from: number;
  readonly #to: number;
  readonly #entries: SourceEntry[] = [];
  readonly #fence = new FenceTracker();
  readonly #description: string[] = [];
  #descriptionAt: Position | undefined;
  /** The criteria list that is being read. */
  #criteria: { readonly at: Position; readonly items: SourceNode[] } | undefined;

  constructor(lines: readonly string[], from: number, to: number, issues: ParseIssue[]) {
    this.#lines = lines;
    this.#from = from;
    this.#to = to;
    this.#issues = issues;
  }

  read(): readonly SourceEntry[] {
    let base: number | undefined;
    for (let index = this.#from; index < this.#to && this.#issues.length < MAX_ISSUES; index += 1) {
      const line = this.#lines[index] ?? '';
      if (BLANK.test(line)) {
        this.#blank();
        continue;
      }
      const indent = line.length - line.replace(/^ +/, '').length;
      base ??= indent;
      if (indent < base || indent === 0) {
        this.#issues.push({ line: index + 1, column: 1, message: indent === 0 ? 'Indent with spaces, not tabs.' : `Indent this by at least ${base} spaces, like the lines above.` });
        continue;
      }
      this.#readLine(line.slice(base), { line: index + 1, column: base + 1 });
    }
    if (this.#descriptionAt !== undefined) this.#entries.push(entry('description', this.#descriptionAt, scalar(this.#description.join('\n'), this.#descriptionAt)));
    return this.#entries;
  }

  #blank(): void {
    if (this.#criteria !== undefined && this.#criteria.items.length > 0) this.#criteria = undefined;
    if (this.#descriptionAt !== undefined) this.#description.push('');
  }

  #readLine(text: string, at: Position): void {
    const inner = text.trimStart();
    const depth = text.length - inner.length;
    if (!this.#fence.open && this.#criteria !== undefined && this.#readCriterion(inner, depth, at)) return;
    this.#criteria = undefined;
    if (this.#fence.isCode(inner)) {
      this.#describe(text, at);
      return;
    }
    const field = depth === 0 ? fieldOf(text) : undefined;
    if (field !== undefined) this.#readField(field.name, scalar(field.value, { ...at, column: at.column + field.valueAt }), at);
    else if (isCheckbox(inner)) this.#issues.push({ ...at, column: at.column + depth, message: 'A checklist inside a task: make each a task of its own at the margin, or an acceptance criterion, or write "\\- [ ]" for plain text.' });
    else this.#describe(unescapeLine(text, 'description'), at);
  }

  #readField(name: FieldName, value: SourceNode & { readonly kind: 'scalar' }, at: Position): void {
    if (name !== 'acceptanceCriteria') {
      this.#entries.push(entry(name, at, value));
      return;
    }
    const items: SourceNode[] = value.value === '' ? [] : [value];
    this.#criteria = { at, items };
    this.#entries.push(entry(name, at, { kind: 'list', at, items }));
  }

  /** Whether the line belongs to the list of criteria: bullets, and deeper lines that continue the last one. */
  #readCriterion(inner: string, depth: number, at: Position): boolean {
    const items = this.#criteria?.items ?? [];
    const place = { ...at, column: at.column + depth };
    const bullet = BULLET.exec(inner);
    if (bullet !== null && (depth > 0 || fieldOf(inner) === undefined)) {
      items.push(scalar(criterionOf(bullet[1] ?? ''), place));
      return true;
    }
    const last = items.at(-1);
    if (bullet !== null || depth === 0 || last?.kind !== 'scalar') return false;
    items[items.length - 1] = { ...last, value: `${String(last.value)} ${inner}` };
    return true;
  }

  #describe(text: string, at: Position): void {
    this.#descriptionAt ??= at;
    this.#description.push(text);
  }
}

function scalar(value: string, at: Position): SourceNode & { readonly kind: 'scalar' } {
  return { kind: 'scalar', at, value };
}

function entry(key: string, keyAt: Position, value: SourceNode): SourceEntry {
  return { key, keyAt, value };
}

function start(line: number): Position {
  return { line, column: 1 };
}
