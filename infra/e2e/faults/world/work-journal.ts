import type { HeldRun, RunOutcome, RunPacket } from '@maestro/protocol';
import { newId } from '../../../rig/uuid-v7.js';
import type { Recorder } from './recorder.js';

interface Line {
  readonly seq: number;
  readonly at: string;
  readonly text: string;
}

/** A run as a machine has it on disk: what survives when its process dies. */
export class WorkJournal {
  state: HeldRun['state'] = 'claimed';
  outcome: RunOutcome | undefined;
  /** When the renewal was asked for that the lease stands on, in milliseconds of a clock that only goes forward. */
  renewedAt: number;
  private granted: number;
  private written: number;
  private unsent: Line[] = [];
  private operations = new Map<string, string>();

  constructor(
    private readonly machine: string,
    readonly packet: RunPacket,
    renewedAt: number,
    private readonly recorder: Recorder,
  ) {
    this.granted = packet.epoch;
    this.written = packet.lastSeq;
    this.renewedAt = renewedAt;
  }

  get run(): string {
    return this.packet.run;
  }

  get epoch(): number {
    return this.granted;
  }

  get held(): { readonly run: never; readonly epoch: number } {
    return { run: this.run as never, epoch: this.granted };
  }

  continueUnder(epoch: number, renewedAt: number): void {
    this.granted = epoch;
    this.renewedAt = renewedAt;
  }

  /** The id of an operation of this run: the same until it is answered, and another under another epoch. An outcome keeps its own. */
  operation(name: string): never {
    const key = name === 'finish' ? name : `${name} ${this.granted}`;
    const known = this.operations.get(key) ?? newId();
    this.operations.set(key, known);
    return known as never;
  }

  write(text: string): void {
    this.written += 1;
    this.unsent.push({ seq: this.written, at: new Date().toISOString(), text });
    this.recorder.line({ machine: this.machine, run: this.run, seq: this.written, text });
  }

  get lastSeq(): number {
    return this.written;
  }

  get toSend(): readonly { readonly seq: number; readonly at: never; readonly kind: 'message'; readonly payload: { readonly text: string } }[] {
    return this.unsent.slice(0, 200).map(({ seq, at, text }) => ({ seq, at: at as never, kind: 'message' as const, payload: { text } }));
  }

  acknowledged(seq: number): void {
    this.unsent = this.unsent.filter((line) => line.seq > seq);
  }

  /** The process died: what was not finished begins again. */
  crashed(): void {
    if (this.outcome === undefined) this.state = 'claimed';
  }
}
