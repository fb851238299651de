import { randomUUID } from 'node:crypto';
import { createPeer, createService, registry, RemoteError } from '@maestro/protocol';
import type { Peer } from '@maestro/protocol';
import { WebSocket } from 'ws';
import type { Recorder } from './recorder.js';

/** How long a stub waits for an answer: longer than any studio takes that is there, shorter than people wait for a test. */
const PATIENCE_MS = 1_500;

/** A stub hears no hints: it polls, so that whatever it finds does not depend on them. */
const service = createService<'studio-to-daemon', object, AbortSignal>({ registry, direction: 'studio-to-daemon', authorize: () => undefined, handlers: [] });

/** One socket of a stub machine. What is asked over it, and what it came to, is recorded. */
export class StubLink {
  private constructor(
    private readonly socket: WebSocket,
    private readonly peer: Peer<'daemon-to-studio'>,
    private readonly machine: string,
    private readonly recorder: Recorder,
  ) {}

  /** @throws Error when the studio, or the way to it, is not there. */
  static async open(url: string, token: string, machine: string, recorder: Recorder, patienceMs = PATIENCE_MS): Promise<StubLink> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/daemon`, ['maestro.v1'], { headers: { authorization: `Bearer ${token}` }, handshakeTimeout: patienceMs, perMessageDeflate: false });
    const peer = createPeer<'studio-to-daemon', object, AbortSignal>({
      service,
      context: {},
      port: { send: (text) => socket.send(text) },
      ports: { after: (ms, task) => cancellable(ms, task), newCancelSource: () => new AbortController(), newCorrelationId: randomUUID },
      defaultTimeoutMs: patienceMs,
      onInternalError: () => undefined,
      onViolation: () => undefined,
    });
    socket.on('message', (data) => peer.receive((data as Buffer).toString()));
    socket.on('close', () => peer.close('closed'));
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      // Stays: a later error ends in 'close'.
      socket.on('error', reject);
    });
    return new StubLink(socket, peer, machine, recorder);
  }

  get broken(): boolean {
    return this.peer.closed;
  }

  readonly ask: Peer<'daemon-to-studio'>['request'] = async (method, params, options) => {
    const came = this.recorder.call(this.machine, method.name, params);
    try {
      const value = await this.peer.request(method, params, options);
      came({ kind: 'value', value: value as Readonly<Record<string, unknown>> });
      return value;
    } catch (error) {
      came(error instanceof RemoteError ? { kind: 'refused', code: error.code } : { kind: 'none' });
      throw error;
    }
  };

  /** As a machine does that lost its network: nobody says goodbye. */
  cut(): void {
    this.socket.terminate();
    this.peer.close('cut');
  }
}

function cancellable(ms: number, task: () => void): () => void {
  const timer = setTimeout(task, ms);
  return () => clearTimeout(timer);
}
