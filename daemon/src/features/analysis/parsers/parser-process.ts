import { ownFile } from '../../../platform/own-files.js';
import { startProcess } from '../../../platform/process.js';
import type { RunningProcess } from '../../../platform/process.js';
import type { FileFacts } from '../domain/facts.js';
import type { ParseRequest } from './parse-file.js';

export interface ParserProcessOptions {
  /** Default: the built main file beside this one. */
  readonly main?: string;
  /** A folder that holds nothing of anybody's. */
  readonly cwd: string;
  readonly path: string;
  /** Milliseconds for one file, before the process is ended. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 20_000;
/** Files on which it may die before the rest is left unparsed: a repository made to crash parsers must not take all day. */
const MOST_DEATHS = 40;
const HEAP_MB = 512;
const LONGEST_ANSWER = 8 * 1024 * 1024;

/**
 * The parsers, in a process of their own. The one for JavaScript descends by recursion in native code: 20,000 open brackets end the
 * process that it runs in, which must not be the daemon that holds leases. It also keeps parsing off the daemon's event loop.
 */
export class ParserProcess {
  private child: RunningProcess | undefined;
  private answers: AsyncIterator<string> | undefined;
  private deaths = 0;

  constructor(private readonly options: ParserProcessOptions) {}

  /** What the file holds; undefined when it cannot be parsed, or when parsing has died too often. One at a time. */
  async parse(request: ParseRequest): Promise<FileFacts | undefined> {
    if (this.deaths >= MOST_DEATHS) return undefined;
    const child = await this.started();
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const answer = await this.nextAnswer(child);
    if (answer === undefined) {
      this.deaths += 1;
      await this.close();
      return undefined;
    }
    return (JSON.parse(answer) as FileFacts | null) ?? undefined;
  }

  async close(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    this.answers = undefined;
    await child?.stop(0);
  }

  private async started(): Promise<RunningProcess> {
    if (this.child !== undefined) return this.child;
    const main = this.options.main ?? ownFile('bundle/parser.js');
    const child = await startProcess({
      command: process.execPath,
      args: [`--max-old-space-size=${HEAP_MB}`, main],
      cwd: this.options.cwd,
      env: { PATH: this.options.path, LC_ALL: 'C.UTF-8' },
    });
    child.stderr.resume();
    this.child = child;
    this.answers = linesOf(child);
    return child;
  }

  private async nextAnswer(child: RunningProcess): Promise<string | undefined> {
    const timer = setTimeout(() => void child.stop(0), this.options.patienceMs ?? PATIENCE_MS);
    try {
      const next = await this.answers?.next();
      return next === undefined || next.done === true ? undefined : next.value;
    } finally {
      clearTimeout(timer);
    }
  }
}

async function* linesOf(child: RunningProcess): AsyncGenerator<string> {
  let open = '';
  try {
    for await (const chunk of child.stdout.setEncoding('utf8')) {
      open += chunk as string;
      if (open.length > LONGEST_ANSWER) return;
      for (let end = open.indexOf('\n'); end !== -1; end = open.indexOf('\n')) {
        yield open.slice(0, end);
        open = open.slice(end + 1);
      }
    }
  } catch {
    // The stream of a process that was killed may end with an error; it is over either way.
  }
}
