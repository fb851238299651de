import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';

export interface ChildOptions {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Standard error goes here, appended. Standard output is read line by line. */
  readonly logFile: string;
  readonly onLine?: (line: string) => void;
  /** Written to standard input, which is then closed. */
  readonly stdin?: string;
}

/** Where a child finds the pipe that tells it whether we live. */
const LEASH_FD = 3;

/**
 * A Node program that this process started, as the leader of a group of its own: stopping it stops what it started, and Ctrl-C in the
 * terminal reaches only us, who then stop everything in order. When we die without a word, its leash breaks, and it stops by itself.
 */
export class Child {
  readonly exited: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(readonly name: string, options: ChildOptions) {
    const log = openSync(options.logFile, 'a', 0o600);
    this.child = spawn(process.execPath, [...options.args], { cwd: options.cwd, env: { ...options.env, MAESTRO_LEASH_FD: String(LEASH_FD) }, detached: true, stdio: ['pipe', 'pipe', log, 'pipe'] });
    closeSync(log);
    const leash = this.child.stdio[LEASH_FD];
    if (leash instanceof Socket) leash.on('error', () => undefined).unref();
    this.child.stdin?.on('error', () => undefined);
    this.child.stdin?.end(options.stdin ?? '');
    if (this.child.stdout !== null) createInterface({ input: this.child.stdout }).on('line', (line) => options.onLine?.(line));
    this.exited = once(this.child, 'exit').then(([code]) => code as number | null);
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.name} could not be started`);
    return this.child.pid;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Asks it to end, and kills its group when it has not ended in time. */
  async stop(graceMs = 15_000): Promise<void> {
    if (!this.running) return;
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs);
    await this.exited;
    clearTimeout(timer);
  }

  /** `kill -9` of the program alone, as a crash would: what it started is left to whoever cleans up. */
  async kill(): Promise<void> {
    if (!this.running) return;
    process.kill(this.pid, 'SIGKILL');
    await this.exited;
  }

  private signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // It ended by itself in this moment.
    }
  }
}
