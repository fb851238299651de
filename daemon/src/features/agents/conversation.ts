import { FailureClass } from '@maestro/protocol';
import type { Clock } from '../../platform/clock.js';
import type { AgentProcess, AgentSessionHandle } from './agent.js';
import type { AgentEnd, AgentEvent } from './domain/events.js';
import { EventQueue } from './event-queue.js';

/** What a conversation tells its owner. */
export interface Listener {
  emit(event: AgentEvent): void;
  /** The agent wrote something that is no event yet, such as a fragment of a message. */
  heard(): void;
}

/** What differs between kinds of agents. `Conversation` keeps the order: one turn at a time, nothing after the end. */
export interface Performer {
  /** One turn. A rejection is a defect of the adapter and becomes class `internal`. */
  perform(prompt: string): Promise<AgentEnd>;
  /** Ends every process, after at most `graceMs` milliseconds by force. Afterwards `perform` must settle soon. */
  stop(graceMs: number): Promise<void>;
  steer?(text: string): Promise<boolean>;
  complete?(finalMessage: string): void;
  processes(): readonly AgentProcess[];
}

/** Cancelling has to free the slot within five seconds, killing included. */
const CANCEL_GRACE_MS = 2_000;
/** Time to leave by itself after the last turn, to write its own session file for example. */
const CLOSE_GRACE_MS = 2_000;

/** Programming mistakes of the caller. */
class AgentUseError extends Error {
  override readonly name = 'AgentUseError';

  constructor(readonly id: 'agent/turn-running' | 'agent/closed') {
    super(id);
  }
}

export class Conversation implements AgentSessionHandle {
  readonly steer?: (text: string) => Promise<boolean>;
  readonly complete?: (finalMessage: string) => void;
  private readonly queue = new EventQueue<AgentEvent>();
  private readonly performer: Performer;
  private lastHeard: number;
  private turn: Promise<AgentEnd>;
  private turnRunning = true;
  private cancelled = false;
  private closing: Promise<void> | undefined;

  constructor(
    agent: string,
    firstPrompt: string,
    private readonly clock: Clock,
    create: (listener: Listener) => Performer,
  ) {
    this.agent = agent;
    this.lastHeard = clock.steady();
    this.performer = create({
      emit: (event) => {
        this.heard();
        this.queue.push(event);
      },
      heard: () => this.heard(),
    });
    const { steer, complete } = this.performer;
    if (steer !== undefined) this.steer = async (text) => this.turnRunning && !this.cancelled && (await steer.call(this.performer, text));
    if (complete !== undefined) this.complete = (finalMessage) => complete.call(this.performer, finalMessage);
    this.turn = this.run(firstPrompt);
  }

  private readonly agent: string;

  get events(): AsyncIterable<AgentEvent> {
    return this.queue;
  }

  get ended(): Promise<AgentEnd> {
    return this.turn;
  }

  prompt(text: string): Promise<AgentEnd> {
    if (this.closing !== undefined) throw new AgentUseError('agent/closed');
    if (this.turnRunning) throw new AgentUseError('agent/turn-running');
    this.turnRunning = true;
    this.heard();
    this.turn = this.run(text);
    return this.turn;
  }

  cancel(): Promise<void> {
    this.cancelled = true;
    return this.shut(CANCEL_GRACE_MS);
  }

  close(): Promise<void> {
    return this.shut(CLOSE_GRACE_MS);
  }

  processes(): readonly AgentProcess[] {
    return this.performer.processes();
  }

  idleMs(): number {
    return Math.max(0, this.clock.steady() - this.lastHeard);
  }

  private shut(graceMs: number): Promise<void> {
    // Closing a conversation in the middle of a turn is cancelling it.
    if (this.turnRunning) this.cancelled = true;
    this.closing ??= this.performer.stop(graceMs).then(async () => {
      await this.turn;
      this.queue.close();
    });
    return this.closing;
  }

  private async run(prompt: string): Promise<AgentEnd> {
    let end: AgentEnd;
    try {
      end = await this.performer.perform(prompt);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      end = { kind: 'failed', class: FailureClass.internal, sentence: `The adapter of ${this.agent} broke: ${detail}` };
    }
    this.turnRunning = false;
    if (this.cancelled) return { kind: 'failed', class: FailureClass.cancelled, sentence: `${this.agent} was stopped before it was done.` };
    return end;
  }

  private heard(): void {
    this.lastHeard = this.clock.steady();
  }
}
