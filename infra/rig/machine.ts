import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Child } from './child.js';
import { MAESTRO, plainEnvironment } from './folders.js';

export interface MachineOptions {
  /** `$MAESTRO_HOME` of this machine; never the user's own. */
  readonly home: string;
  readonly logFile: string;
  /** Key of the secret file: a machine of ours never touches the user's keyring. */
  readonly secretKey: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
}

/** What `maestro team --json` says once it has started its workers. */
export interface StartedTeam {
  readonly team: string;
  readonly channel: string;
  readonly workers: readonly { readonly id: string; readonly name: string; readonly job: string; readonly pid: number }[];
}

/** One developer's machine: its `$MAESTRO_HOME`, the `maestro` command and, once connected, its daemon. */
export class Machine {
  private daemon: Child | undefined;
  private more: Readonly<Record<string, string>> = {};

  constructor(private readonly options: MachineOptions) {}

  /** Settings, on top of those of always, of whatever is started from now on; none takes them back. */
  set(more: Readonly<Record<string, string>> = {}): void {
    this.more = more;
  }

  /** Runs one command to its end. */
  async maestro(args: readonly string[], more: { cwd?: string; stdin?: string } = {}): Promise<CommandResult> {
    await mkdir(this.options.home, { recursive: true, mode: 0o700 });
    const lines: string[] = [];
    const child = new Child('maestro', {
      args: [MAESTRO, ...args],
      cwd: more.cwd ?? this.options.home,
      env: this.env,
      logFile: this.options.logFile,
      onLine: (line) => lines.push(line),
      ...(more.stdin === undefined ? {} : { stdin: more.stdin }),
    });
    return { code: await child.exited, stdout: lines.join('\n') };
  }

  /** Redeems an invite; the token goes through standard input, as a person would keep it out of the shell's history. */
  async auth(token: string): Promise<CommandResult> {
    return this.maestro(['auth', '-', '--secret-store', 'file'], { stdin: `${token}\n` });
  }

  /**
   * Connects the project of the clone at `cwd`, or the one that `--project` names, and returns once the studio knows it. The first
   * connect is the machine's daemon; a further one hands its project to it and is not kept.
   *
   * @param args more options of `maestro connect`
   * @throws Error when the daemon ends first.
   */
  async connect(cwd: string, args: readonly string[]): Promise<void> {
    await this.stay('connect', '"event":"connected"', cwd, args);
  }

  /**
   * Leads a team for a project until it is stopped, and returns once every worker has been started.
   *
   * @param args more options of `maestro team`
   * @throws Error when the lead ends first.
   */
  async team(cwd: string, args: readonly string[]): Promise<StartedTeam> {
    return JSON.parse(await this.stay('team', '"event":"team"', cwd, args)) as StartedTeam;
  }

  /** Starts a command that stays, as the daemon or beside it, and answers the first line that holds `sign`. */
  private async stay(command: string, sign: string, cwd: string, args: readonly string[]): Promise<string> {
    let tell: (line: string) => void = () => undefined;
    const shown = new Promise<string>((resolve) => (tell = resolve));
    const said = await sizeOf(this.options.logFile);
    const daemon = new Child('daemon', {
      args: [MAESTRO, command, '--no-tui', '--json', ...args],
      cwd,
      env: this.env,
      logFile: this.options.logFile,
      onLine: (line) => {
        if (line.includes(sign)) tell(line);
      },
    });
    const joinsDaemon = this.daemon?.running === true;
    if (!joinsDaemon) this.daemon = daemon;
    const first = await Promise.race([shown, daemon.exited]);
    if (typeof first !== 'string') throw new Error(`the machine could not be connected (code ${first}). ${await lastWords(this.options.logFile, said)}`);
    if (joinsDaemon) await daemon.stop();
    return first;
  }

  get child(): Child {
    if (this.daemon === undefined) throw new Error('this machine has no daemon');
    return this.daemon;
  }

  async stop(): Promise<void> {
    await this.daemon?.stop();
  }

  async kill(): Promise<void> {
    await this.daemon?.kill();
  }

  /** Writes a file of this machine, such as a rehearsal's script, and returns its path. */
  async file(name: string, content: string): Promise<string> {
    await mkdir(this.options.home, { recursive: true, mode: 0o700 });
    const path = join(this.options.home, name);
    await writeFile(path, content, { mode: 0o600 });
    return path;
  }

  private get env(): Record<string, string> {
    return plainEnvironment({ MAESTRO_HOME: this.options.home, MAESTRO_SECRET_KEY: this.options.secretKey, ...this.options.env, ...this.more });
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(({ size }) => size, () => 0);
}

/** What a program that has just ended said to people, which is the end of its log from the byte `from` on: one `error:` and what to try. */
async function lastWords(logFile: string, from: number): Promise<string> {
  const lines = (await readFile(logFile)).subarray(from).toString('utf8').trimEnd().split('\n');
  const at = lines.findLastIndex((line) => line.startsWith('error:'));
  return at === -1 ? `Its log is ${logFile}.` : lines.slice(at).join('\n').slice('error: '.length);
}
