import type { CreatedInvite, EventFrame, Redeemed } from '@maestro/protocol';
import { WebSocket } from 'ws';
import { Api } from '../../../rig/api.js';
import type { Site } from '../../harness/site.js';

/** Follows the events of a project as a browser does: from its cursor on whenever its socket closes. */
export class Follower {
  /** The last line of each run's journal that it was told of. */
  readonly told = new Map<string, number>();
  private cursor: string | undefined;
  private socket: WebSocket | undefined;
  private stopped = false;

  private constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  static async open(site: Site, project: string): Promise<Follower> {
    const { token } = await site.api.post<CreatedInvite>(`/workspaces/${site.workspace}/invites`, { role: 'architect' });
    const { tokens } = await new Api(site.url).post<Redeemed>('/auth/redeem', { token, name: 'follower' });
    const follower = new Follower(`${site.url.replace('http', 'ws')}/ws/events?projectId=${project}`, tokens.accessToken);
    follower.connect();
    return follower;
  }

  close(): void {
    this.stopped = true;
    this.socket?.terminate();
  }

  private connect(): void {
    const socket = new WebSocket(this.cursor === undefined ? this.url : `${this.url}&cursor=${encodeURIComponent(this.cursor)}`, { headers: { authorization: `Bearer ${this.token}` }, perMessageDeflate: false });
    this.socket = socket;
    // Ends in `close`.
    socket.on('error', () => undefined);
    socket.on('message', (data) => this.take(JSON.parse((data as Buffer).toString()) as EventFrame));
    socket.on('close', () => {
      if (!this.stopped) setTimeout(() => this.connect(), 50);
    });
  }

  private take(frame: EventFrame): void {
    this.cursor = frame.type === 'event' ? frame.event.cursor : frame.cursor;
    if (frame.type !== 'event' || frame.event.kind !== 'run/output' || frame.event.runId === null) return;
    const { seq } = frame.event.payload as { readonly seq: number };
    this.told.set(frame.event.runId, Math.max(seq, this.told.get(frame.event.runId) ?? 0));
  }
}
