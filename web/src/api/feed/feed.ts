import type { EventFrame, EventView } from '@maestro/protocol';
import { begin, step } from './feed-machine.js';
import type { FeedEffect, FeedHappening, FeedState, FeedStep } from './feed-machine.js';

export interface FeedOptions {
  /** Opens `/ws/events` from this cursor, or at the present. */
  open(cursor: string | null): WebSocket;
  /** Events in order; several at once when much was missed. */
  onEvents(events: readonly EventView[]): void;
  onRefresh(): void;
  onCheckSession(): void;
  onPhase(phase: FeedState['phase']): void;
}

/** The studio says at least this often that it is there. A connection that is dead says nothing, not even that. */
const SILENCE_MS = 150_000;
/** Events are handed on together, so that a burst renders once. */
const BATCH_MS = 50;

/** Follows the studio's events until it is stopped. Runs the state machine of `feed-machine.ts` on a real socket and real timers. */
export class Feed {
  private state: FeedState;
  private socket: WebSocket | undefined;
  private pause: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private batch: { readonly events: EventView[]; readonly timer: ReturnType<typeof setTimeout> } | undefined;

  constructor(private readonly options: FeedOptions) {
    const first = begin();
    this.state = first.state;
    this.perform(first);
  }

  /** Does not wait any longer, if it waits. */
  readonly tryNow = (): void => this.happen({ type: 'try_now' });

  stop(): void {
    this.happen({ type: 'stop' });
  }

  private happen(happening: FeedHappening): void {
    const next = step(this.state, happening, Math.random());
    const before = this.state.phase;
    this.state = next.state;
    this.perform(next);
    if (next.state.phase !== before) this.options.onPhase(next.state.phase);
  }

  private perform({ effects }: FeedStep): void {
    for (const effect of effects) this.apply(effect);
  }

  private apply(effect: FeedEffect): void {
    switch (effect.do) {
      case 'connect':
        clearTimeout(this.pause);
        this.connect(effect.cursor);
        return;
      case 'wait':
        this.leave();
        this.pause = setTimeout(this.tryNow, effect.ms);
        return;
      case 'show':
        this.collect(effect.event);
        return;
      case 'refresh':
        this.options.onRefresh();
        return;
      case 'check_session':
        this.options.onCheckSession();
        return;
      case 'disconnect':
        clearTimeout(this.pause);
        clearTimeout(this.batch?.timer);
        this.leave();
        return;
    }
  }

  private connect(cursor: string | null): void {
    const socket = this.options.open(cursor);
    this.socket = socket;
    this.expectWords(socket);
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      this.expectWords(socket);
      this.happen({ type: 'frame', frame: JSON.parse(data) as EventFrame });
    };
    socket.onclose = ({ code }) => this.happen({ type: 'closed', code });
  }

  /** Forgets the socket first: what it still has to say does not count any more. */
  private leave(): void {
    clearTimeout(this.silence);
    const { socket } = this;
    this.socket = undefined;
    if (socket === undefined) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  private expectWords(socket: WebSocket): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      if (socket === this.socket) this.happen({ type: 'closed', code: 1006 });
    }, SILENCE_MS);
  }

  private collect(event: EventView): void {
    if (this.batch !== undefined) {
      this.batch.events.push(event);
      return;
    }
    const events = [event];
    const timer = setTimeout(() => {
      this.batch = undefined;
      this.options.onEvents(events);
    }, BATCH_MS);
    this.batch = { events, timer };
  }
}
