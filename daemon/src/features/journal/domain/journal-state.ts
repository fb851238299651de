import type { RunEventItem, RunPacket, Usage } from '@maestro/protocol';
import type { JournalRecord, Owed } from './records.js';

/** What a journal comes to when its records are read in order. */
export interface JournalState {
  readonly packet: RunPacket | undefined;
  readonly marker: string | undefined;
  /** 0 before the first claim. */
  readonly epoch: number;
  readonly startedAt: string | undefined;
  readonly processes: readonly { readonly pid: number; readonly startTime: string }[];
  /** Number of the last event, 0 for none. */
  readonly lastSeq: number;
  readonly ackedSeq: number;
  /** Events above `ackedSeq`, in order. */
  readonly unsent: readonly RunEventItem[];
  readonly usage: Usage;
  readonly steps: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly asked: ReadonlyMap<string, string>;
  /** In the order in which they must arrive. */
  readonly owed: readonly Owed[];
  /** Whether an outcome was recorded for the present claim. */
  readonly ended: boolean;
  readonly settled: 'acknowledged' | 'waiting' | 'stopped' | undefined;
}

export const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, seconds: 0, turns: 0 };

/** Keeps across claims what belongs to the run and not to the claim. */
const CONVERSATION = 'conversation';

/** Adds up records. It changes in place: a long outage leaves a hundred thousand events, and copying them for each new one would not end. */
export class Ledger implements JournalState {
  packet: RunPacket | undefined;
  marker: string | undefined;
  epoch = 0;
  startedAt: string | undefined;
  processes: { pid: number; startTime: string }[] = [];
  lastSeq = 0;
  ackedSeq = 0;
  unsent: RunEventItem[] = [];
  usage: Usage = NO_USAGE;
  steps = new Map<string, Readonly<Record<string, unknown>>>();
  asked = new Map<string, string>();
  owed: Owed[] = [];
  ended = false;
  settled: JournalState['settled'];

  static read(records: readonly JournalRecord[]): Ledger {
    const ledger = new Ledger();
    for (const record of records) ledger.apply(record);
    return ledger;
  }

  apply(record: JournalRecord): void {
    switch (record.t) {
      case 'packet':
        this.claim(record);
        return;
      case 'epoch':
        this.epoch = record.epoch;
        return;
      case 'process':
        this.processes.push({ pid: record.pid, startTime: record.startTime });
        return;
      case 'event':
        this.event(record.event);
        return;
      case 'usage':
        this.usage = record.usage;
        return;
      case 'step':
        this.steps.set(record.name, record.data);
        return;
      case 'asked':
        this.asked.set(record.key, record.opId);
        return;
      case 'owed':
        this.owe(record.owed);
        return;
      case 'paid':
        this.owed = this.owed.filter((owed) => owed.opId !== record.opId);
        return;
      case 'events_acked':
        this.acknowledge(record.seq);
        return;
      case 'settled':
        this.settled = record.how;
        return;
    }
  }

  /** A claim begins a new stretch: numbers of events go on, everything about the stretch before is over. */
  private claim(record: Extract<JournalRecord, { t: 'packet' }>): void {
    this.packet = record.packet;
    this.marker = record.marker;
    this.epoch = record.packet.epoch;
    this.startedAt = undefined;
    this.processes = [];
    // Another machine may have written meanwhile: what the studio holds is not written again under the same numbers.
    this.acknowledge(record.packet.lastSeq);
    this.lastSeq = Math.max(this.lastSeq, record.packet.lastSeq);
    // The agent's conversation outlives the wait that interrupted it.
    this.steps = new Map([...this.steps].filter(([name]) => name === CONVERSATION));
    this.asked = new Map();
    this.owed = [];
    this.ended = false;
    this.settled = undefined;
  }

  private event(event: RunEventItem): void {
    if (event.seq <= this.lastSeq) return;
    this.lastSeq = event.seq;
    if (event.seq > this.ackedSeq) this.unsent.push(event);
  }

  private acknowledge(seq: number): void {
    this.ackedSeq = Math.max(this.ackedSeq, seq);
    const first = this.unsent.findIndex((event) => event.seq > this.ackedSeq);
    this.unsent.splice(0, first === -1 ? this.unsent.length : first);
  }

  private owe(owed: Owed): void {
    if (owed.method === 'start') this.startedAt = owed.startedAt;
    if (owed.method === 'finish') this.ended = true;
    this.owed.push(owed);
  }
}
