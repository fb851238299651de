import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import type { Clock } from '../../platform/clock.js';
import type { ToolCall, ToolName } from './tools.js';
import { checkCall } from './tools.js';
import { CallLine, Hello, lineSplitter, readLine } from './wire.js';

/** What an agent is told after a call. `ok: false` is an answer too: the agent reads why and goes on. */
export interface ToolAnswer {
  readonly ok: boolean;
  readonly text: string;
}

/** Does what the tools promise; the run's supervisor in production. */
export interface AgentToolsHost {
  /** `runId` comes from the token, never from the agent. A rejection becomes an answer without details: they are for the log. */
  handle(runId: string, call: ToolCall): Promise<ToolAnswer>;
}

export interface ToolsSocketOptions {
  /** Where to listen. Its folder is made for this user alone. At most 100 characters: the system allows 107 bytes. */
  readonly socketPath: string;
  readonly host: AgentToolsHost;
  readonly clock: Clock;
  /** What the host threw, and what was refused; for the daemon's log. Never holds a token. */
  readonly onProblem: (problem: { readonly id: string; readonly runId?: string; readonly error?: unknown }) => void;
}

/** The daemon's end of the agents' tools. */
export interface ToolsSocket {
  readonly socketPath: string;
  /** A new token for a run, which may use these tools. A run may have several; all die with {@link revoke}. */
  grant(runId: string, tools: readonly ToolName[]): string;
  /** Ends every token and every open connection of a run at once. */
  revoke(runId: string): void;
  close(): Promise<void>;
}

/** A connection that does not say who it is has nothing to wait for. */
const HELLO_MS = 5_000;
/** Agents call tools one after another; more at once is a program gone wrong. */
const MAX_IN_FLIGHT = 16;
const MAX_PATH = 100;

interface Grant {
  readonly runId: string;
  readonly tools: ReadonlySet<string>;
  readonly connections: Set<Socket>;
}

export async function startToolsSocket(options: ToolsSocketOptions): Promise<ToolsSocket> {
  const { socketPath } = options;
  if (socketPath.length > MAX_PATH) throw new Error(`agent-tools/path-too-long: ${socketPath}`);
  // The folder closes the moment between listening and chmod, in which anybody could connect.
  await mkdir(dirname(socketPath), { recursive: true, mode: 0o700 });
  await chmod(dirname(socketPath), 0o700);
  await rm(socketPath, { force: true });
  /** By hash: a token is looked up without comparing secrets, and a memory dump of this map gives none away. */
  const grants = new Map<string, Grant>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serveConnection(socket, grants, options);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  await chmod(socketPath, 0o600);
  return {
    socketPath,
    grant(runId, tools) {
      const token = randomBytes(32).toString('base64url');
      grants.set(hashOf(token), { runId, tools: new Set(tools), connections: new Set() });
      return token;
    },
    revoke(runId) {
      for (const [hash, grant] of grants) {
        if (grant.runId !== runId) continue;
        grants.delete(hash);
        for (const socket of grant.connections) socket.destroy();
      }
    },
    async close() {
      grants.clear();
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      await rm(socketPath, { force: true });
    },
  };
}

function serveConnection(socket: Socket, grants: ReadonlyMap<string, Grant>, options: ToolsSocketOptions): void {
  let grant: Grant | undefined;
  let inFlight = 0;
  const send = (value: object) => {
    if (!socket.destroyed) socket.write(`${JSON.stringify(value)}\n`);
  };
  const cancelHello = options.clock.after(HELLO_MS, () => socket.destroy());
  const greet = (line: string) => {
    const hello = readLine(Hello, line);
    grant = hello === undefined ? undefined : grants.get(hashOf(hello.token));
    cancelHello();
    if (grant === undefined) {
      options.onProblem({ id: 'agent-tools/token-refused' });
      send({ ok: false, text: 'This token is not valid. A token works for one run and ends with it.' });
      socket.end();
      return;
    }
    grant.connections.add(socket);
    send({ ok: true, tools: [...grant.tools] });
  };
  const serveLine = (line: string, current: Grant) => {
    const call = readLine(CallLine, line);
    if (call === undefined) return socket.destroy();
    if (inFlight >= MAX_IN_FLIGHT) return send({ id: call.id, ok: false, text: 'Too many calls at once. Wait for the answers to the earlier ones.' });
    inFlight += 1;
    void answer(current, call.tool, call.input, options).then((said) => {
      inFlight -= 1;
      send({ id: call.id, ok: said.ok, text: said.text });
    });
    return undefined;
  };
  const split = lineSplitter((line) => (grant === undefined ? greet(line) : serveLine(line, grant)));
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    if (!split(chunk)) socket.destroy();
  });
  socket.on('error', () => socket.destroy());
  socket.once('close', () => {
    cancelHello();
    grant?.connections.delete(socket);
  });
}

async function answer(grant: Grant, tool: string, input: unknown, options: ToolsSocketOptions): Promise<ToolAnswer> {
  if (!grant.tools.has(tool)) {
    options.onProblem({ id: 'agent-tools/tool-refused', runId: grant.runId });
    return { ok: false, text: `This run may not use "${tool.slice(0, 60)}". It may use: ${[...grant.tools].join(', ')}.` };
  }
  const checked = checkCall(tool, input);
  if (!checked.ok) return { ok: false, text: checked.sentence };
  try {
    return await options.host.handle(grant.runId, checked.call);
  } catch (error) {
    options.onProblem({ id: 'agent-tools/host-failed', runId: grant.runId, error });
    return { ok: false, text: `Maestro could not do this now. Go on without it; the problem was logged.` };
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
