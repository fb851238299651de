import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Frame } from './frames.js';
import { Pipe } from './pipe.js';

export type ProxyDirection = 'to_server' | 'to_client' | 'both';

export interface Mangling {
  readonly direction: ProxyDirection;
  /** Text frames that it concerns, from now on. */
  readonly frames: number;
  /** How often each arrives. */
  readonly copies: number;
  /** Frames that are gathered and sent in another order; 1 keeps the order. */
  readonly window: number;
  /** In [0, 1). */
  readonly random: () => number;
}

interface Link {
  readonly toServer: Pipe;
  readonly toClient: Pipe;
  readonly client: Socket;
  readonly server: Socket;
  /** Ids of JSON-RPC requests whose answers are not to arrive. */
  readonly swallowed: Set<string>;
}

/**
 * A TCP proxy on loopback that does to connections what networks do: it breaks them, delays them, lets one direction vanish while the sockets
 * stay open, and, where WebSocket is spoken, repeats, reorders and drops messages. Frames go on byte by byte as they came.
 */
export class FaultProxy {
  private readonly links = new Set<Link>();
  private readonly held = { to_server: false, to_client: false };
  private mangling: Mangling | undefined;
  private manglingLeft = 0;
  private swallowing: { readonly method: string; readonly done: () => void } | undefined;
  private delay = 0;
  private closedToNew = false;

  private constructor(
    private readonly server: Server,
    private readonly upstreamPort: number,
  ) {
    server.on('connection', (client) => this.link(client));
  }

  /** @param upstreamPort where the server listens on loopback; it may come and go. */
  static async open(upstreamPort: number): Promise<FaultProxy> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return new FaultProxy(server, upstreamPort);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Connections that are open now. */
  get open(): number {
    return this.links.size;
  }

  /** Every connection breaks. */
  cut(): void {
    for (const { client, server } of this.links) {
      client.resetAndDestroy();
      server.destroy();
    }
  }

  /** Until the answer is called nothing gets through, in connections that are there and in new ones; nobody is told. */
  halfOpen(direction: ProxyDirection): () => void {
    for (const each of directionsOf(direction)) this.hold(each, true);
    return () => {
      for (const each of directionsOf(direction)) this.hold(each, false);
    };
  }

  /** Every byte takes so much longer, each way; 0 ends it. */
  setDelay(milliseconds: number): void {
    this.delay = milliseconds;
  }

  /** New connections are refused until the answer is called. */
  refuseNew(): () => void {
    this.closedToNew = true;
    return () => {
      this.closedToNew = false;
    };
  }

  mangle(mangling: Mangling): void {
    this.mangling = mangling;
    this.manglingLeft = mangling.frames;
  }

  /** The answer to the next request of this JSON-RPC method does not arrive, and its connection breaks. Resolves when that has happened. */
  swallow(method: string): Promise<void> {
    return new Promise((resolve) => {
      this.swallowing = { method, done: resolve };
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const { client, server } of this.links) {
      client.destroy();
      server.destroy();
    }
    await closed;
  }

  private link(client: Socket): void {
    if (this.closedToNew) return void client.resetAndDestroy();
    const server = connect(this.upstreamPort, '127.0.0.1');
    for (const socket of [client, server]) socket.setNoDelay(true).on('error', () => undefined);
    const swallowed = new Set<string>();
    const make = (from: Socket, to: Socket, direction: 'to_server' | 'to_client'): Pipe =>
      new Pipe(from, to, (frame) => this.pass(link, frame, direction), (frames) => this.shuffled(frames), () => this.windowOf(direction), () => this.delay);
    const link: Link = { client, server, swallowed, toServer: make(client, server, 'to_server'), toClient: make(server, client, 'to_client') };
    this.links.add(link);
    if (this.held.to_server) link.toServer.hold();
    if (this.held.to_client) link.toClient.hold();
    const forget = (): void => {
      if (client.destroyed && server.destroyed) this.links.delete(link);
    };
    client.once('close', forget);
    server.once('close', forget);
  }

  private hold(direction: 'to_server' | 'to_client', held: boolean): void {
    this.held[direction] = held;
    for (const link of this.links) {
      const pipe = direction === 'to_server' ? link.toServer : link.toClient;
      if (held) pipe.hold();
      else pipe.release();
    }
  }

  private pass(link: Link, frame: Frame, direction: 'to_server' | 'to_client'): readonly Frame[] {
    if (frame.text === undefined) return [frame];
    if (direction === 'to_server') this.noteRequest(link, frame.text);
    else if (this.swallows(link, frame.text)) return [];
    if (!this.concerns(direction)) return [frame];
    this.manglingLeft -= 1;
    return Array.from({ length: this.mangling?.copies ?? 1 }, () => frame);
  }

  private noteRequest(link: Link, text: string): void {
    const { method, id } = envelopeOf(text);
    if (this.swallowing !== undefined && method === this.swallowing.method && id !== undefined) link.swallowed.add(id);
  }

  private swallows(link: Link, text: string): boolean {
    const { id } = envelopeOf(text);
    if (id === undefined || !link.swallowed.delete(id)) return false;
    const { swallowing } = this;
    this.swallowing = undefined;
    link.client.resetAndDestroy();
    link.server.destroy();
    swallowing?.done();
    return true;
  }

  private concerns(direction: 'to_server' | 'to_client'): boolean {
    return this.manglingLeft > 0 && this.mangling !== undefined && directionsOf(this.mangling.direction).includes(direction);
  }

  private windowOf(direction: 'to_server' | 'to_client'): number {
    return this.concerns(direction) ? (this.mangling?.window ?? 1) : 1;
  }

  /** Fisher and Yates, with the numbers of the mangling. */
  private shuffled(frames: readonly Frame[]): readonly Frame[] {
    const random = this.mangling?.random ?? (() => 0.999_999);
    const mixed = [...frames];
    for (let last = mixed.length - 1; last > 0; last -= 1) {
      const other = Math.floor(random() * (last + 1));
      [mixed[last], mixed[other]] = [mixed[other] as Frame, mixed[last] as Frame];
    }
    return mixed;
  }
}

function directionsOf(direction: ProxyDirection): readonly ('to_server' | 'to_client')[] {
  return direction === 'both' ? ['to_server', 'to_client'] : [direction];
}

/** Of a JSON-RPC message what tells requests and answers apart. */
function envelopeOf(text: string): { readonly method?: string; readonly id?: string } {
  try {
    const { method, id } = JSON.parse(text) as { method?: unknown; id?: unknown };
    return { ...(typeof method === 'string' ? { method } : {}), ...(id === undefined || id === null ? {} : { id: JSON.stringify(id) }) };
  } catch {
    return {};
  }
}
