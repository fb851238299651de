import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Certificate } from './certificate.js';
import type { FloorAnswer, FloorRequest } from './floor-program.js';
import { within } from './within.js';

/**
 * A bare `wss` server in a process of its own, as the studio is one: it takes every socket, broadcasts what it is told to, and measures
 * its memory.
 */
export class FloorServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(certificate: Certificate): Promise<FloorServer> {
    const child = fork(fileURLToPath(new URL('floor-program.js', import.meta.url)), [], { execArgv: ['--expose-gc'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const listening = ask(child, { ask: 'listen', ...certificate });
    const answer = await within(20_000, 'the floor to listen', listening);
    return new FloorServer(child, `wss://127.0.0.1:${answer.value}`);
  }

  /** Bytes of the process once garbage is collected. */
  async memory(): Promise<number> {
    return (await within(60_000, "the floor's memory", ask(this.child, { ask: 'memory' }))).value;
  }

  /** Sends a text so many times to everybody who is connected. */
  async broadcast(text: string, times: number): Promise<void> {
    await ask(this.child, { ask: 'broadcast', text, times });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

async function ask(child: ChildProcess, request: FloorRequest): Promise<FloorAnswer> {
  const answered = once(child, 'message') as Promise<[FloorAnswer]>;
  child.send(request);
  return (await answered)[0];
}
