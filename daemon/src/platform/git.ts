import { mkdir } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { GitProtocols } from './git-env.js';
import { gitEnvironment, pinnedArguments } from './git-env.js';
import { runProcess, startProcess } from './process.js';

export interface GitOptions {
  /** An empty directory of the daemon's own; made if it is missing. */
  readonly emptyHome: string;
  readonly path: string;
  readonly sshAuthSock?: string | undefined;
}

export interface GitRun {
  /** The repository. Absent only for commands that need none, such as `version`. */
  readonly gitDir?: string;
  /** The files to look at, with `index` as the daemon's own record of them. */
  readonly workTree?: string;
  readonly index?: string;
  readonly args: readonly string[];
  /** Default: `workTree`, else `gitDir`. */
  readonly cwd?: string;
  readonly stdin?: string | Uint8Array;
  /** Default `none`. */
  readonly protocols?: GitProtocols;
  /** `[key, value]`, kept out of the process list. */
  readonly settings?: readonly (readonly [key: string, value: string])[];
  /** `GIT_AUTHOR_*` and `GIT_COMMITTER_*`, or an object directory. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default true. */
  readonly literalPathspecs?: boolean;
  /** Milliseconds. Default 60,000. */
  readonly timeoutMs?: number;
  readonly maxOutputBytes?: number;
  readonly signal?: AbortSignal | undefined;
  /** Against trees and packs built to exhaust the machine. Ignored where there is no `prlimit` (not Linux). */
  readonly limits?: { readonly memoryBytes?: number; readonly fileBytes?: number };
}

export interface GitResult {
  /** `null` when a signal ended it, as a limit does. */
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly truncated: boolean;
}

/** git took too long, or its caller gave up; the whole process group is dead. */
export class GitInterrupted extends Error {
  override readonly name = 'GitInterrupted';

  constructor(
    readonly reason: 'timeout' | 'aborted',
    readonly command: string,
  ) {
    super(`git_interrupted: git ${command} (${reason})`);
  }
}

/** A command that has no reason to fail did. A defect, a broken repository or a full disk. */
export class GitFailure extends Error {
  override readonly name = 'GitFailure';

  constructor(
    readonly command: string,
    readonly code: number | null,
    readonly stderr: string,
  ) {
    super(`git_failed: git ${command} ended with ${code ?? 'a signal'}: ${stderr.trim().slice(0, 2_000)}`);
  }
}

const DEFAULT_TIMEOUT_MS = 60_000;

/** The trusted git command: argument lists only, an environment from nothing, pinned settings, a time limit. */
export class Git {
  private constructor(
    private readonly options: GitOptions,
    /** As git prints it, such as `git version 2.39.5`. */
    readonly versionText: string,
    private readonly hasPrlimit: boolean,
    private readonly around: <T>(action: () => Promise<T>) => Promise<T> = (action) => action(),
  ) {}

  static async open(options: GitOptions): Promise<Git> {
    await mkdir(options.emptyHome, { recursive: true, mode: 0o700 });
    const bare = new Git(options, '', false);
    const version = await bare.text({ args: ['version'], cwd: options.emptyHome });
    return new Git(options, version, await hasProgram('prlimit', options));
  }

  /** The same git, each of whose commands runs inside `around`. */
  within(around: <T>(action: () => Promise<T>) => Promise<T>): Git {
    return new Git(this.options, this.versionText, this.hasPrlimit, around);
  }

  /** Runs to the end. A bad exit code is a result; throws {@link GitInterrupted} only. */
  run(run: GitRun): Promise<GitResult> {
    return this.around(() => this.runToEnd(run));
  }

  private async runToEnd(run: GitRun): Promise<GitResult> {
    const command = this.commandLine(run);
    const result = await runProcess({
      command: command[0] ?? 'git',
      args: command.slice(1),
      cwd: run.cwd ?? run.workTree ?? run.gitDir ?? this.options.emptyHome,
      env: this.environment(run),
      timeoutMs: run.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      ...(run.stdin === undefined ? {} : { stdin: run.stdin }),
      ...(run.maxOutputBytes === undefined ? {} : { maxOutputBytes: run.maxOutputBytes }),
      ...(run.signal === undefined ? {} : { signal: run.signal }),
    });
    if (result.timedOut) throw new GitInterrupted('timeout', run.args[0] ?? '');
    if (result.aborted) throw new GitInterrupted('aborted', run.args[0] ?? '');
    return { code: result.code, stdout: result.stdout, stderr: result.stderr.toString('utf8'), truncated: result.truncated };
  }

  /** The whole standard output of a command that must succeed. Throws {@link GitFailure}, also when it is longer than the limit. */
  async must(run: GitRun): Promise<Buffer> {
    const result = await this.run(run);
    // Half a listing would be believed: what comes after the cut would never be judged.
    if (result.truncated) throw new GitFailure(run.args[0] ?? '', result.code, 'more output than expected');
    if (result.code !== 0) throw new GitFailure(run.args[0] ?? '', result.code, result.stderr);
    return result.stdout;
  }

  /** The same as text without the final line end. */
  async text(run: GitRun): Promise<string> {
    return (await this.must(run)).toString('utf8').trimEnd();
  }

  /**
   * The NUL-separated fields (as `latin1`) of a command that must succeed; `null` as soon as there are more than `max` of them, with the
   * command stopped. For listings whose length somebody else decides.
   */
  fields(run: GitRun, max: number): Promise<readonly string[] | null> {
    return this.around(() => this.readFields(run, max));
  }

  private async readFields(run: GitRun, max: number): Promise<readonly string[] | null> {
    const [command = 'git', ...args] = this.commandLine(run);
    const child = await startProcess({ command, args, cwd: run.cwd ?? run.workTree ?? run.gitDir ?? this.options.emptyHome, env: this.environment(run) });
    child.stdin.end();
    const problems = textOf(child.stderr);
    let late = false;
    let ended = false;
    const timer = setTimeout(() => {
      late = true;
      void child.stop(0);
    }, run.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    try {
      const found: string[] = [];
      let rest = '';
      for await (const chunk of child.stdout) {
        const parts = (rest + (chunk as Buffer).toString('latin1')).split('\0');
        rest = parts.pop() ?? '';
        // One by one: spreading millions of arguments overflows the stack.
        for (const part of parts) found.push(part);
        if (found.length > max) return null;
      }
      const end = await child.exited;
      ended = true;
      if (late) throw new GitInterrupted('timeout', run.args[0] ?? '');
      if (end.code !== 0) throw new GitFailure(run.args[0] ?? '', end.code, await problems);
      return found;
    } finally {
      clearTimeout(timer);
      // Looking for leftovers costs more than the listing, and a listing that ended has none.
      if (!ended) await child.stop(0);
    }
  }

  /**
   * The user's own settings for reaching remotes, as `git config --null` prints them. The one command that sees the user's
   * configuration: reading it runs nothing, and without it private remotes are out of reach. See `credentialSettings`.
   */
  async userSettings(user: { readonly home: string; readonly path: string; readonly repository: string }): Promise<string> {
    const result = await runProcess({
      command: 'git',
      args: ['config', '--null', '--get-regexp', '^(credential|http)\\.'],
      cwd: user.repository,
      env: { PATH: user.path, HOME: user.home, LC_ALL: 'C' },
      timeoutMs: DEFAULT_TIMEOUT_MS,
    });
    // 1: nothing matched.
    if (result.code !== 0 && result.code !== 1) throw new GitFailure('config', result.code, result.stderr.toString('utf8'));
    return result.stdout.toString('utf8');
  }

  private commandLine(run: GitRun): string[] {
    const git = ['git', ...pinnedArguments()];
    // By default git maps packs a gigabyte at a time, which would count against the limit.
    if (run.limits?.memoryBytes !== undefined) git.push('-c', 'core.packedGitWindowSize=32m', '-c', 'core.packedGitLimit=1g');
    if (run.gitDir !== undefined) git.push(`--git-dir=${run.gitDir}`);
    if (run.workTree !== undefined) git.push('-c', 'core.bare=false', `--work-tree=${run.workTree}`);
    git.push(...run.args);
    if (run.limits === undefined || !this.hasPrlimit) return git;
    const limits: string[] = [];
    if (run.limits.memoryBytes !== undefined) limits.push(`--as=${run.limits.memoryBytes}`);
    if (run.limits.fileBytes !== undefined) limits.push(`--fsize=${run.limits.fileBytes}`);
    return ['prlimit', ...limits, ...git];
  }

  private environment(run: GitRun): Record<string, string> {
    return {
      ...gitEnvironment({
        emptyHome: this.options.emptyHome,
        path: this.options.path,
        sshAuthSock: this.options.sshAuthSock,
        protocols: run.protocols ?? 'none',
        literalPathspecs: run.literalPathspecs ?? true,
        settings: run.settings ?? [],
      }),
      ...(run.index === undefined ? {} : { GIT_INDEX_FILE: run.index }),
      ...run.environment,
    };
  }
}

async function textOf(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) if (text.length < 10_000) text += (chunk as Buffer).toString('utf8');
  return text;
}

/** Whether a program can be started at all. */
async function hasProgram(program: string, options: GitOptions): Promise<boolean> {
  try {
    const result = await runProcess({ command: program, args: ['--version'], cwd: options.emptyHome, env: { PATH: options.path, LC_ALL: 'C' }, timeoutMs: 10_000 });
    return result.code === 0;
  } catch {
    return false;
  }
}
