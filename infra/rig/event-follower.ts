import type { EventFrame, EventView } from '@maestro/protocol';
import { WebSocket } from 'ws';

/** A studio that is gone is asked again after so long. */
const AGAIN_MS = 50;

export interface EventFollowerOptions {
  /** Of the studio, as HTTP. */
  readonly studio: string;
  readonly token: string;
  /** What to follow, as the query of `/ws/events`. */
  readonly filter: string;
  readonly onEvent: (event: EventView) => void;
}

/** Follows events as a browser does: from its cursor on whenever its socket closes, until it is closed itself. */
export class EventFollower {
  private cursor: string | undefined;
  private socket: WebSocket | undefined;
  private stopped = false;

  constructor(private readonly options: EventFollowerOptions) {
    this.connect();
  }

  /** Whether it was told where it stands: what happens from then on reaches it. */
  get isFollowing(): boolean {
    return this.cursor !== undefined;
  }

  cutOff(): void {
    this.socket?.terminate();
  }

  close(): void {
    this.stopped = true;
    this.cutOff();
  }

  private connect(): void {
    if (this.stopped) return;
    const { studio, token, filter } = this.options;
    const from = this.cursor === undefined ? '' : `&cursor=${encodeURIComponent(this.cursor)}`;
    const socket = new WebSocket(`${studio.replace('http', 'ws')}/ws/events?${filter}${from}`, { headers: { authorization: `Bearer ${token}` }, perMessageDeflate: false });
    this.socket = socket;
    // Ends in `close`.
    socket.on('error', () => undefined);
    socket.on('message', (data) => this.take(JSON.parse((data as Buffer).toString()) as EventFrame));
    socket.on('close', () => setTimeout(() => this.connect(), AGAIN_MS));
  }

  private take(frame: EventFrame): void {
    this.cursor = frame.type === 'event' ? frame.event.cursor : frame.cursor;
    if (frame.type === 'event') this.options.onEvent(frame.event);
  }
}
