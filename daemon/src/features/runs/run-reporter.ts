import { LocalErrorId, LocalRpcError, METHODS, RemoteError } from '@maestro/protocol';
import type { Counted, RunEventItem, RunOutcome, Usage } from '@maestro/protocol';
import type { Clock } from '../../platform/clock.js';
import { NO_USAGE } from '../journal/index.js';
import type { Owed, RunJournal } from '../journal/index.js';
import type { StudioLink } from '../studio-link/index.js';

export interface ReporterOptions {
  readonly journal: RunJournal;
  readonly link: Pick<StudioLink, 'request'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => string;
  /** The studio has taken what ends the run's stay here: its outcome, and what it counted as, or its wish to wait. Called once. */
  readonly onSettled: (last: TakenLast) => void;
  readonly onProblem: (problem: { readonly id: string; readonly detail: unknown }) => void;
}

/** What the studio took last of a run. */
export type TakenLast = { readonly method: 'wait' } | { readonly method: 'finish'; readonly outcome: RunOutcome; readonly counted: Counted };

/** Events of one message: few enough to be read at once, far below the peer's limit of 1 MiB. */
const BATCH_EVENTS = 200;
const BATCH_CHARACTERS = 400_000;
/** Events wait this long for company; people who watch do not notice. */
const GATHER_MS = 40;
const RETRY_MS = { first: 500, longest: 15_000 };

type Sent = 'done' | 'again';
type OwedLast = Extract<Owed, { method: 'finish' | 'wait' }>;

/**
 * Carries one run's journal to the studio, in order and exactly once in effect: events by number, everything else by its operation id. It
 * works while the link is up and the studio has said what becomes of the run, and goes on where it stopped.
 */
export class RunReporter {
  private opened = false;
  private pumping = false;
  private again = false;
  private failures = 0;
  private eventsHopeless = false;
  private lastTaken = false;
  private ended = false;

  constructor(private readonly options: ReporterOptions) {}

  /** The studio knows that this machine has the run. */
  open(): void {
    if (this.ended) return;
    this.opened = true;
    this.failures = 0;
    this.poke();
  }

  /** The connection is gone. */
  close(): void {
    this.opened = false;
  }

  /** The journal is about to be closed: an answer that comes later is not written down any more. */
  end(): void {
    this.ended = true;
    this.opened = false;
  }

  /** Something new is in the journal. */
  poke(): void {
    if (!this.opened || this.ended) return;
    this.again = true;
    if (!this.pumping) void this.pump();
  }

  private async pump(): Promise<void> {
    this.pumping = true;
    while (this.again && this.opened) {
      this.again = false;
      await this.pause(GATHER_MS);
      const sent = await this.sendAll();
      if (sent === 'done') this.failures = 0;
      else if (this.opened) await this.backOff();
    }
    this.pumping = false;
  }

  /** What ends the stay goes last: a studio that has an outcome wants the events before it. */
  private async sendAll(): Promise<Sent> {
    const { journal } = this.options;
    for (;;) {
      const early = journal.state.owed.find((owed) => owed.method === 'start' || owed.method === 'checkpoint' || owed.method === 'change');
      if (early === undefined && (this.eventsHopeless || journal.state.unsent.length === 0)) break;
      const sent = early === undefined ? await this.sendEvents() : await this.sendOwed(early);
      if (sent === 'again') return 'again';
    }
    const last = journal.state.owed.find((owed) => owed.method === 'finish' || owed.method === 'wait');
    return last === undefined || this.lastTaken ? 'done' : this.sendLast(last);
  }

  /** One batch: while it was on its way the run may have begun, and that has to be told before what was used since. */
  private async sendEvents(): Promise<Sent> {
    const { journal, link } = this.options;
    const batch = batchOf(journal.state.unsent);
    const usage: Usage = journal.state.usage;
    const answer = await this.ask(() => link.request(METHODS.runEvents, { run: journal.run, epoch: journal.state.epoch, events: [...batch], usage }));
    if (answer.kind === 'again') return 'again';
    if (answer.kind === 'hopeless') {
      // The transcript on this machine has them; the outcome matters more than to say so again and again.
      this.eventsHopeless = true;
      this.options.onProblem({ id: 'runs/events_refused', detail: answer.error });
      return 'done';
    }
    // It holds less than it once acknowledged: its database went back in time, and what is missing there is no longer in memory here.
    if (answer.value.ackSeq <= journal.state.ackedSeq) {
      this.eventsHopeless = true;
      this.options.onProblem({ id: 'runs/events_gap', detail: { run: journal.run, acknowledged: journal.state.ackedSeq, held: answer.value.ackSeq } });
      return 'done';
    }
    await journal.append({ t: 'events_acked', seq: answer.value.ackSeq });
    if (answer.value.pauseMs > 0) await this.holdBack(answer.value.pauseMs);
    return 'done';
  }

  private async sendOwed(owed: Owed): Promise<Sent> {
    const { journal } = this.options;
    const answer = await this.ask(() => this.request(owed));
    if (answer.kind === 'again') return 'again';
    if (answer.kind === 'hopeless') this.options.onProblem({ id: `runs/${owed.method}_refused`, detail: answer.error });
    await journal.append({ t: 'paid', at: journal.now(), opId: owed.opId });
    return 'done';
  }

  /**
   * Not marked as paid: what is still to be done here once the studio has it (keeping commits, settling the lane) is over when the journal
   * is settled, and a daemon that dies in between tells it again, which changes nothing over there, and does the rest.
   */
  private async sendLast(owed: OwedLast): Promise<Sent> {
    const answer = await this.ask(() => this.request(owed));
    if (answer.kind === 'again') return 'again';
    if (answer.kind === 'hopeless') {
      this.options.onProblem({ id: `runs/${owed.method}_refused`, detail: answer.error });
      if (owed.method === 'finish' && owed.outcome.kind !== 'failed' && isUnreadable(answer.error)) return this.tellOtherwise(owed);
    }
    this.lastTaken = true;
    // A refusal is no word on what the work is worth: it is kept as if it had come too late.
    const counted = answer.kind === 'done' ? readCounted(answer.value) : 'evidence';
    this.options.onSettled(owed.method === 'wait' ? { method: 'wait' } : { method: 'finish', outcome: owed.outcome, counted });
    return 'done';
  }

  /** The studio must learn that the run is over, even when it cannot be told how, nor what it cost: either may be what it cannot read. */
  private async tellOtherwise(owed: Extract<Owed, { method: 'finish' }>): Promise<Sent> {
    const { journal, newId } = this.options;
    const outcome = { kind: 'failed', class: 'internal', sentence: `The outcome "${owed.outcome.kind}" could not be told to the studio. The journal of run ${journal.run} on this machine has it.` } as const;
    await journal.append({ t: 'paid', at: journal.now(), opId: owed.opId }, { t: 'owed', at: journal.now(), owed: { ...owed, opId: newId(), outcome, usage: NO_USAGE } });
    return 'again';
  }

  private request(owed: Owed): Promise<unknown> {
    const { journal, link } = this.options;
    const held = { run: journal.run, epoch: journal.state.epoch };
    switch (owed.method) {
      case 'start':
        return link.request(METHODS.runStart, { ...held, opId: owed.opId, startedAt: owed.startedAt });
      case 'checkpoint':
        return link.request(METHODS.runCheckpoint, { ...held, opId: owed.opId, head: owed.head });
      case 'change': {
        const { method: _method, files, ...params } = owed;
        return link.request(METHODS.changeUpload, { ...held, ...params, files: [...files] });
      }
      case 'wait': {
        const { method: _method, ...params } = owed;
        return link.request(METHODS.runWait, { ...held, ...params });
      }
      case 'finish': {
        const { method: _method, ...params } = owed;
        return link.request(METHODS.runFinish, { ...held, ...params });
      }
    }
  }

  /** A refusal is an answer: asking again would only be refused again. A stale epoch is too: the hello has decided about the run. */
  private async ask<T>(send: () => Promise<T>): Promise<{ kind: 'done'; value: T } | { kind: 'again' } | { kind: 'hopeless'; error: unknown }> {
    try {
      const value = await send();
      return this.ended ? { kind: 'again' } : { kind: 'done', value };
    } catch (error) {
      if (this.ended) return { kind: 'again' };
      if (error instanceof RemoteError && !TRANSIENT.has(error.code)) return { kind: 'hopeless', error };
      if (error instanceof LocalRpcError && OUR_FAULT.has(error.id)) return { kind: 'hopeless', error };
      return { kind: 'again' };
    }
  }

  private async backOff(): Promise<void> {
    this.failures += 1;
    const bound = Math.min(RETRY_MS.longest, RETRY_MS.first * 2 ** Math.min(this.failures - 1, 8));
    await this.pause(bound / 2 + (this.options.random() * bound) / 2);
    this.again = true;
  }

  /** The studio has much to write. Spread out, so that those who were asked together do not come back together. */
  private holdBack(ms: number): Promise<void> {
    return this.pause(ms * (1 + this.options.random() / 2));
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.options.clock.after(ms, resolve);
    });
  }
}

const TRANSIENT: ReadonlySet<string> = new Set(['unavailable', 'rate_limited', 'internal', 'cancelled', 'unauthenticated', 'unknown']);
const OUR_FAULT: ReadonlySet<string> = new Set([LocalErrorId.paramsInvalid, LocalErrorId.messageTooLarge]);

/** As `run/finish` answers; a wait answers with nothing. */
function readCounted(answer: unknown): Counted {
  return METHODS.runFinish.result.safeParse(answer).data?.counted ?? 'counted';
}

/** Not a "no" to the run, but to the message. */
function isUnreadable(error: unknown): boolean {
  return error instanceof LocalRpcError || (error instanceof RemoteError && (error.code === 'invalid_params' || error.code === 'too_large'));
}

function batchOf(events: readonly RunEventItem[]): readonly RunEventItem[] {
  const batch: RunEventItem[] = [];
  let characters = 0;
  for (const event of events) {
    characters += JSON.stringify(event.payload).length;
    if (batch.length === BATCH_EVENTS || (batch.length > 0 && characters > BATCH_CHARACTERS)) break;
    batch.push(event);
  }
  return batch;
}
