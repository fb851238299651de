import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runProcess } from '../../platform/process.js';
import { PATH } from '../../test-support/git-fixture.js';
import { waitFor } from '../../test-support/wait-for.js';

/** Suites that look at a terminal skip themselves without it. */
export const hasTmux = PATH.split(delimiter).some((folder) => existsSync(join(folder, 'tmux')));

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A shell in a real terminal, which is tmux: keys go in, and what a person would see comes out. */
export class TmuxTerminal {
  private constructor(
    private readonly folder: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  static async open(options: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly size: Size }): Promise<TmuxTerminal> {
    const { cwd, size } = options;
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'maestro-tmux-')));
    const terminal = new TmuxTerminal(folder, { ...options.env, LANG: 'C.UTF-8' });
    try {
      // A server of its own: whoever runs this may sit in tmux.
      await terminal.tmux('new-session', '-d', '-x', String(size.columns), '-y', String(size.rows), '-c', cwd, 'sh');
      await terminal.tmux('set-option', '-g', 'status', 'off');
      await terminal.shows('the shell', (screen) => /[$#]/.test(screen));
      return terminal;
    } catch (error) {
      await terminal.close();
      throw error;
    }
  }

  /** Types text as it is. */
  async type(text: string): Promise<void> {
    await this.tmux('send-keys', '-l', '--', text);
  }

  /** Presses keys by tmux's names, such as `Enter`, `Up`, `PPage`, `C-c`. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.tmux('send-keys', ...keys);
  }

  async enter(line: string): Promise<void> {
    await this.type(line);
    await this.press('Enter');
  }

  async resize({ columns, rows }: Size): Promise<void> {
    await this.tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** What is on the screen. `styled`: with the sequences that colour it. */
  screen({ styled = false }: { readonly styled?: boolean } = {}): Promise<string> {
    return this.tmux('capture-pane', '-p', ...(styled ? ['-e'] : []));
  }

  /** Whether the other screen is shown, and whether the cursor is. */
  async state(): Promise<{ readonly alternate: boolean; readonly cursor: boolean }> {
    const [alternate, cursor] = (await this.tmux('display-message', '-p', '#{alternate_on} #{cursor_flag}')).trim().split(' ');
    return { alternate: alternate === '1', cursor: cursor === '1' };
  }

  /** Waits until the screen is as the condition says, and answers with it. */
  async shows(what: string, condition: (screen: string) => boolean, timeoutMs = 30_000): Promise<string> {
    let last = '';
    try {
      return await waitFor(what, async () => {
        last = await this.screen();
        return condition(last) ? last : undefined;
      }, timeoutMs);
    } catch (error) {
      throw new Error(`${what} was not shown; the screen:\n${last}`, { cause: error });
    }
  }

  /** Ends the shell and what runs in it. */
  async close(): Promise<void> {
    await this.tmux('kill-server').catch(() => '');
    await rm(this.folder, { recursive: true, force: true });
  }

  private async tmux(...args: readonly string[]): Promise<string> {
    const result = await runProcess({ command: 'tmux', args: ['-f', '/dev/null', '-S', join(this.folder, 'socket'), ...args], cwd: this.folder, env: this.env, timeoutMs: 10_000 });
    if (result.code !== 0) throw new Error(`tmux ${args[0] ?? ''}: ${result.stderr.toString('utf8')}`);
    return result.stdout.toString('utf8');
  }
}
