import { FailureClass } from '@maestro/protocol';
import type { CancelTimer, Clock } from '../../../platform/clock.js';
import type { RunningProcess } from '../../../platform/process.js';
import { startProcess } from '../../../platform/process.js';
import type { AgentProcess, AgentTurn } from '../agent.js';
import type { Listener, Performer } from '../conversation.js';
import type { AgentEnd, AgentEvent } from '../domain/events.js';
import { shorten } from '../domain/events.js';
import { readLines } from '../lines.js';
import { startFailureEnd } from '../start-failure.js';

/** A program that is started once per turn, reads its prompt from standard input and prints lines. */
export interface Program {
  readonly name: string;
  /** How words for a running turn are written. Present: standard input stays open until the turn is over. */
  readonly steerLine?: (text: string) => string;
  /** How to start it for a turn. `resume` is the conversation to go on with, absent in its first turn. */
  plan(turn: AgentTurn, prompt: string, resume: string | undefined): ProgramPlan;
  /** A fresh reader for each turn. */
  read(): LineReader;
}

export interface ProgramPlan {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly input: string;
}

export interface LineReader {
  line(line: string): { readonly events: readonly AgentEvent[]; readonly end?: AgentEnd; readonly hopeless?: boolean };
  /** Asked when the program ended without a line that says so. `complaint` is the last it wrote to standard error. */
  exit(code: number | null, signal: string | null, complaint: string): { readonly events?: readonly AgentEvent[]; readonly end: AgentEnd };
}

/** How long a program may take to leave after it said that its turn is over. */
const LEAVE_MS = 10_000;
/** Nothing of a turn outlives it; what is still there had its chance. */
const SWEEP_GRACE_MS = 500;
/** How much of standard error is kept for the reason of a crash, in characters. */
const COMPLAINT_CHARACTERS = 4_000;

export class ProgramPerformer implements Performer {
  readonly steer?: (text: string) => Promise<boolean>;
  private running: RunningProcess | undefined;
  private resume: string | undefined;
  private stopped = false;

  constructor(
    private readonly program: Program,
    private readonly turn: AgentTurn,
    private readonly clock: Clock,
    private readonly listener: Listener,
  ) {
    this.resume = turn.resume?.id;
    const { steerLine } = program;
    if (steerLine !== undefined) this.steer = (text) => this.write(steerLine(text));
  }

  async perform(prompt: string): Promise<AgentEnd> {
    const plan = this.program.plan(this.turn, prompt, this.resume);
    let running: RunningProcess;
    try {
      running = await startProcess({ command: plan.command, args: plan.args, cwd: this.turn.cwd, env: plan.env, marker: this.turn.marker });
    } catch (error) {
      return startFailureEnd(this.program.name, error);
    }
    this.running = running;
    this.turn.onProcess?.({ pid: running.pid, startTime: running.startTime });
    if (this.stopped) await running.stop(0);
    running.stdin.write(plan.input);
    if (this.program.steerLine === undefined) running.stdin.end();
    try {
      return await this.follow(running);
    } finally {
      this.running = undefined;
    }
  }

  async stop(graceMs: number): Promise<void> {
    this.stopped = true;
    await this.running?.stop(graceMs);
  }

  processes(): readonly AgentProcess[] {
    return this.running === undefined ? [] : [{ pid: this.running.pid, startTime: this.running.startTime }];
  }

  private write(line: string): Promise<boolean> {
    const stdin = this.running?.stdin;
    if (stdin?.writable !== true) return Promise.resolve(false);
    return new Promise((resolve) => {
      stdin.write(line, (error) => resolve(error == null));
    });
  }

  private async follow(running: RunningProcess): Promise<AgentEnd> {
    const reader = this.program.read();
    let end: AgentEnd | undefined;
    let complaint = '';
    let cancelLeaving: CancelTimer | undefined;
    const onLine = (line: string) => {
      const reading = reader.line(line);
      for (const event of reading.events) this.note(event);
      if (reading.end !== undefined) {
        end = reading.end;
        running.stdin.end();
      }
      if (reading.hopeless === true) void running.stop(0);
      cancelLeaving?.();
      // Words sent in the last moment may make it go on, so the time to leave counts from the last line.
      if (end !== undefined) cancelLeaving = this.clock.after(LEAVE_MS, () => void running.stop(SWEEP_GRACE_MS));
    };
    const onComplaint = (line: string) => {
      complaint = `${complaint}${line}\n`.slice(-COMPLAINT_CHARACTERS);
      if (line.trim() !== '') this.note({ kind: 'log', stream: 'stderr', text: shorten(line) });
    };
    const heard = () => this.listener.heard();
    const output = Promise.all([readLines(running.stdout, onLine, heard), readLines(running.stderr, onComplaint, heard)]);
    const exit = await running.exited;
    // What it printed is in the pipe; a process it left behind may hold that pipe open, and is swept anyway.
    await running.stop(SWEEP_GRACE_MS);
    await output;
    cancelLeaving?.();
    if (end !== undefined) return end;
    const last = reader.exit(exit.code, exit.signal, complaint.trim());
    for (const event of last.events ?? []) this.note(event);
    return last.end;
  }

  private note(event: AgentEvent): void {
    if (event.kind === 'session') this.resume = event.id;
    this.listener.emit(event);
  }
}

/** The usual end of a program that broke off. */
export function crashEnd(name: string, code: number | null, signal: string | null, complaint: string): AgentEnd {
  const how = signal === null ? `with exit code ${String(code)}` : `by signal ${signal}`;
  const said = complaint === '' ? '' : ` Its last words: ${shorten(complaint.split('\n').slice(-5).join(' '), 500)}`;
  return { kind: 'failed', class: FailureClass.crash, sentence: `${name} ended ${how} without finishing its turn.${said}` };
}
