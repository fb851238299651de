import type { PlanStatus, TaskStatus } from '@maestro/protocol';

/** One task as people follow it. */
export interface TaskLine {
  readonly key: string;
  readonly title: string;
  readonly status: TaskStatus;
  readonly revisions: number;
  readonly repairs: number;
  readonly runs: number;
  /** Why it is blocked. */
  readonly sentence: string | null;
}

/** What happened, as it is told on the way; `--json` prints exactly these. */
export type Progress =
  | { readonly event: 'ready'; readonly url: string; readonly signIn: string; readonly afterMs: number }
  | { readonly event: 'machine'; readonly name: string; readonly project: string; readonly repository: string }
  | { readonly event: 'plan'; readonly id: string; readonly title: string; readonly status: PlanStatus; readonly tasks: number }
  | ({ readonly event: 'task' } & TaskLine)
  | { readonly event: 'notice'; readonly sentence: string };

/** The last word: of `--json` the last line, of the table the summary. */
export interface Summary {
  readonly url: string;
  readonly plan: { readonly id: string; readonly status: PlanStatus };
  readonly tasks: readonly { readonly key: string; readonly status: TaskStatus; readonly revisions: number; readonly repairs: number; readonly runs: number }[];
  readonly repository: string;
  readonly baseBranch: string;
  /** Names of the merge commits that the plan added to the base branch, oldest first. */
  readonly mergedCommits: readonly string[];
  readonly durationMs: number;
}

export interface Teller {
  tell(progress: Progress): void;
  /** The whole board, whenever it has changed. */
  board(tasks: readonly TaskLine[]): void;
  summary(summary: Summary, sentence: string): void;
  error(sentence: string, attempt: string): void;
}

/** For programs. */
export class JsonTeller implements Teller {
  tell(progress: Progress): void {
    console.log(JSON.stringify(progress));
  }

  board(): void {
    // Each change has been told as a `task` line.
  }

  summary(summary: Summary): void {
    console.log(JSON.stringify(summary));
  }

  error(sentence: string, attempt: string): void {
    console.error(`error: ${sentence}\ntry: ${attempt}`);
  }
}

const MARKS: Readonly<Record<TaskStatus, string>> = { draft: '·', queued: '○', in_progress: '◔', in_review: '◑', landing: '◕', blocked: '◆', done: '●', cancelled: '×' };
const COLOURS: Readonly<Record<TaskStatus, number>> = { draft: 90, queued: 90, in_progress: 34, in_review: 35, landing: 36, blocked: 33, done: 32, cancelled: 90 };

/** For people: a table that is drawn anew in place on a terminal, and one line per change elsewhere. */
export class TableTeller implements Teller {
  private drawn = 0;

  constructor(
    private readonly out: NodeJS.WriteStream,
    private readonly colour: boolean,
  ) {}

  tell(progress: Progress): void {
    switch (progress.event) {
      case 'ready':
        return this.say(`${this.paint(1, 'Maestro is ready')} after ${seconds(progress.afterMs)}.\n\n  Sign in (works once):  ${progress.signIn}\n  Afterwards:            ${progress.url}\n`);
      case 'machine':
        return this.say(`Machine ${progress.name} is connected to ${progress.project}, a repository at ${progress.repository}`);
      case 'plan':
        return this.say(`Plan "${progress.title}" with ${progress.tasks} tasks is ${progress.status.replaceAll('_', ' ')}.\n`);
      case 'task':
        if (!this.out.isTTY) this.say(taskText(progress));
        return;
      case 'notice':
        return this.say(`! ${progress.sentence}`);
    }
  }

  board(tasks: readonly TaskLine[]): void {
    if (!this.out.isTTY) return;
    this.erase();
    const lines = tasks.flatMap((task) => this.rowOf(task));
    this.out.write(`${lines.join('\n')}\n`);
    this.drawn = lines.length;
  }

  summary(summary: Summary, sentence: string): void {
    const done = summary.tasks.filter((task) => task.status === 'done').length;
    const sum = (of: 'revisions' | 'repairs' | 'runs'): number => summary.tasks.reduce((total, task) => total + task[of], 0);
    this.drawn = 0;
    this.say(`\n${this.paint(1, sentence)}`);
    this.say(`  ${done} of ${summary.tasks.length} tasks done in ${seconds(summary.durationMs)}: ${sum('runs')} runs, ${sum('revisions')} revisions, ${sum('repairs')} repairs.`);
    this.say(`  ${summary.mergedCommits.length} merge commits are on ${summary.baseBranch} of ${summary.repository}`);
    this.say(`  Look at them: git -C ${summary.repository} log --graph --oneline ${summary.baseBranch}`);
  }

  error(sentence: string, attempt: string): void {
    this.drawn = 0;
    process.stderr.write(`${this.paint(31, 'error:')} ${sentence}\n${this.paint(1, 'try:')} ${attempt}\n`);
  }

  private rowOf(task: TaskLine): readonly string[] {
    const width = Math.max(40, Math.min(this.out.columns, 110));
    const status = task.status.replaceAll('_', ' ').padEnd(11);
    const rounds = [count(task.revisions, 'revision'), count(task.repairs, 'repair')].filter((text) => text !== '').join(', ');
    const title = task.title.slice(0, width - 46);
    const row = `  ${this.paint(COLOURS[task.status], `${MARKS[task.status]} ${status}`)} ${task.key.padEnd(10)} ${title}${rounds === '' ? '' : this.paint(90, `  ${rounds}`)}`;
    return task.sentence === null ? [row] : [row, this.paint(33, `      ${task.sentence.slice(0, width - 8)}`)];
  }

  private erase(): void {
    if (this.drawn > 0) this.out.write(`\u001B[${this.drawn}A\u001B[0J`);
  }

  private say(text: string): void {
    this.drawn = 0;
    this.out.write(`${text}\n`);
  }

  private paint(code: number, text: string): string {
    return this.colour ? `\u001B[${code}m${text}\u001B[0m` : text;
  }
}

function taskText(task: TaskLine): string {
  const sentence = task.sentence === null ? '' : `: ${task.sentence}`;
  return `${task.key.padEnd(10)} ${task.status.replaceAll('_', ' ')}${sentence}`;
}

const count = (number: number, word: string): string => (number === 0 ? '' : `${number} ${word}${number === 1 ? '' : 's'}`);
const seconds = (ms: number): string => (ms < 60_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`);
