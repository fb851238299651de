import { EventEmitter } from 'node:events';
import { createService, METHODS, registry, serve } from '@maestro/protocol';
import type { Caller } from '../../platform/access/index.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DaemonConnection } from './daemon-connection.js';
import { DaemonSocket } from './daemon-socket.js';

const HELLO_MS = 15_000;
const ID = '018f5b1e-0000-7000-8000-000000000001';
const HELLO = {
  protocol: { min: '1.0', max: '1.0' },
  daemonVersion: '1',
  hostname: 'h',
  machine: ID,
  project: ID,
  name: 'ada',
  role: 'lead',
  purposes: [],
  agents: [],
  capacity: 1,
  reachable: true,
  mayPush: true,
  runs: [],
};

/** As much of a socket as a daemon's needs. */
class Socket extends EventEmitter {
  readonly OPEN = 1;
  readonly CLOSED = 3;
  readyState = 1;
  readonly bufferedAmount = 0;
  readonly close = vi.fn<(code: number, reason: string) => void>();
  readonly send = vi.fn();
  readonly terminate = vi.fn();

  say(id: number, method: string, params: unknown): void {
    this.emit('message', Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method, params })), false);
  }
}

/** A studio in which a hello waits until it is answered. */
function open() {
  const socket = new Socket();
  const answers: (() => void)[] = [];
  const hello = serve(METHODS.sessionHello, (_params, { context }: { context: DaemonConnection }) => new Promise<never>((_resolve, reject) => {
    answers.push(() => {
      context.bind({ id: ID } as never);
      reject(new Error('what is answered does not matter here'));
    });
  }));
  const service = createService<'daemon-to-studio', DaemonConnection, AbortSignal>({ registry, direction: 'daemon-to-studio', handlers: [hello], authorize: () => undefined });
  const watch = { around: (_call: unknown, _session: unknown, work: () => unknown) => work() };
  const log = { error: () => undefined, warn: () => undefined };
  new DaemonSocket(socket as never, 'socket', {} as Caller, service, { listen: () => () => undefined } as never, watch as never, log as never, { onClosed: () => undefined, helloMs: HELLO_MS });
  return { socket, answer: () => answers.splice(0).forEach((each) => each()) };
}

describe("A daemon's socket", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is closed when nobody says hello', async () => {
    const { socket } = open();
    await vi.advanceTimersByTimeAsync(HELLO_MS - 1);
    expect(socket.close).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(socket.close).toHaveBeenCalledWith(1013, 'Say hello sooner.');
  });

  it('stays open for as long as its hello is being answered, and afterwards', async () => {
    const { socket, answer } = open();
    socket.say(1, METHODS.sessionHello.name, HELLO);
    await vi.advanceTimersByTimeAsync(4 * HELLO_MS);
    expect(socket.close).not.toHaveBeenCalled();
    answer();
    await vi.advanceTimersByTimeAsync(4 * HELLO_MS);
    expect(socket.close).not.toHaveBeenCalled();
  });

  it('is not kept open by anything that is refused without a hello', async () => {
    const { socket } = open();
    for (let second = 0; second < HELLO_MS / 1_000; second += 1) {
      socket.say(second, METHODS.runOffers.name, {});
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(socket.close).toHaveBeenCalledOnce();
  });
});
