import { chmod, mkdir, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { dirname } from 'node:path';
import { readMessage } from './line-message.js';

/**
 * JSON-RPC 2.0, one message a line, over a Unix socket that only its owner may open. Between programs of one user on one machine: the
 * file system says who may call, so there is nothing else to prove.
 */

/** An expected "no" to a local caller. `remedy` completes "try: …". */
export class LocalRefusal extends Error {
  override readonly name = 'LocalRefusal';
  constructor(
    readonly code: string,
    readonly sentence: string,
    readonly remedy = '',
  ) {
    super(`${code}: ${sentence}`);
  }
}

/** Nobody serves the socket. */
export class NobodyListens extends Error {
  override readonly name = 'NobodyListens';
  constructor(readonly path: string) {
    super(`nobody_listens: ${path}`);
  }
}

export interface LineConnection {
  /** Tells the other side something without an answer. */
  notify(method: string, params: unknown): void;
  readonly closed: Promise<void>;
}

export type LineHandler = (params: unknown, connection: LineConnection) => Promise<unknown>;

const MAX_LINE = 4 * 1024 * 1024;
const REFUSED = -32_000;

export interface LineServer {
  close(): Promise<void>;
}

/** Serves the methods. Whoever calls this holds the lock that says that nobody else serves the path: what is left there is removed. */
export async function serveLines(path: string, methods: Readonly<Record<string, LineHandler>>, onProblem: (error: unknown) => void): Promise<LineServer> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await rm(path, { force: true });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serveSocket(socket, methods, onProblem);
  });
  await listen(server, path);
  return {
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      await rm(path, { force: true });
    },
  };
}

async function listen(server: Server, path: string): Promise<void> {
  // The folder is 0700 and closes the moment between listening and chmod; the mask closes it for folders that are not ours.
  const before = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
  } finally {
    process.umask(before);
  }
  await chmod(path, 0o600);
}

function serveSocket(socket: Socket, methods: Readonly<Record<string, LineHandler>>, onProblem: (error: unknown) => void): void {
  const connection: LineConnection = {
    notify: (method, params) => write(socket, { jsonrpc: '2.0', method, params }),
    closed: new Promise((resolve) => {
      socket.once('close', () => resolve());
    }),
  };
  readLines(socket, (line) => {
    const message = readMessage(line);
    if (message?.method === undefined || message.id === undefined) return;
    const { id, method } = message;
    answer(methods, method, message.params, connection).then(
      (result) => write(socket, { jsonrpc: '2.0', id, result: result ?? null }),
      (error: unknown) => {
        if (!(error instanceof LocalRefusal)) onProblem(error);
        write(socket, { jsonrpc: '2.0', id, error: wireError(error) });
      },
    );
  });
}

async function answer(methods: Readonly<Record<string, LineHandler>>, method: string, params: unknown, connection: LineConnection): Promise<unknown> {
  const handler = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (handler === undefined) throw new LocalRefusal('unknown_method', `The running daemon does not know "${method}"; it may be of another version.`, 'maestro disconnect, then maestro connect');
  return handler(params, connection);
}

export interface LineClient {
  /** Rejects with {@link LocalRefusal}, or {@link NobodyListens} when the connection is gone. */
  request(method: string, params: unknown): Promise<unknown>;
  readonly closed: Promise<void>;
  close(): void;
}

/** Rejects with {@link NobodyListens} when nobody serves the path. */
export async function connectLines(path: string, onNotification: (method: string, params: unknown) => void = () => undefined): Promise<LineClient> {
  const socket = connect(path);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', () => reject(new NobodyListens(path)));
  });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  let nextId = 1;
  socket.on('error', () => socket.destroy());
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      for (const { reject } of waiting.values()) reject(new NobodyListens(path));
      waiting.clear();
      resolve();
    });
  });
  readLines(socket, (line) => {
    const message = readMessage(line);
    if (message?.method !== undefined) return onNotification(message.method, message.params);
    const pending = message?.id === undefined ? undefined : waiting.get(message.id);
    if (message?.id === undefined || pending === undefined) return undefined;
    waiting.delete(message.id);
    if (message.error === undefined) return pending.resolve(message.result);
    const { code, sentence, remedy } = message.error.data ?? { code: 'internal', sentence: message.error.message, remedy: '' };
    return pending.reject(new LocalRefusal(code, sentence, remedy));
  });
  return {
    closed,
    close: () => socket.end(),
    request: (method, params) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new NobodyListens(path));
        const id = nextId;
        nextId += 1;
        waiting.set(id, { resolve, reject });
        return write(socket, { jsonrpc: '2.0', id, method, params });
      }),
  };
}

function wireError(error: unknown): object {
  if (error instanceof LocalRefusal) return { code: REFUSED, message: error.sentence, data: { code: error.code, sentence: error.sentence, remedy: error.remedy } };
  return { code: -32_603, message: `The daemon failed: ${error instanceof Error ? error.message : String(error)}` };
}

function write(socket: Socket, message: object): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
}

function readLines(socket: Socket, onLine: (line: string) => void): void {
  let open = '';
  socket.setEncoding('utf8');
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: string) => {
    const parts = (open + chunk).split('\n');
    open = parts.pop() ?? '';
    if (open.length > MAX_LINE) return socket.destroy();
    for (const part of parts) onLine(part);
    return undefined;
  });
}
