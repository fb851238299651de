import type { WebSocket } from 'ws';

/** Close codes of our own; 4000–4999 are for applications (RFC 6455, section 7.4.2). 1012 and 1013 are in IANA's register of close codes. */
export const CloseCode = {
  /** The credential ran out or was revoked: sign in or refresh, then connect again. */
  unauthenticated: 4401,
  /** The rights that this socket was opened with are gone. */
  forbidden: 4403,
  /** The same machine has opened a newer socket; this one speaks for nobody. */
  replaced: 4409,
  /** The client reads too slowly, or the studio cannot serve it now: connect again, from the last cursor. */
  tryAgainLater: 1013,
  /** The studio is going away: connect again at once, another one serves. */
  serviceRestart: 1012,
} as const;

/** Unsent bytes after which nothing more is handed to a socket. Unguarded, one client that did not read grew the process by a gigabyte in 1.5 s. */
export const MAX_BUFFERED_BYTES = 1024 * 1024;

/** Whether the socket is open and its client keeps up. */
export function hasRoom(socket: WebSocket): boolean {
  return socket.readyState === socket.OPEN && socket.bufferedAmount <= MAX_BUFFERED_BYTES;
}

/** Sends, and when the client lags behind waits until it has read; false once the socket is closed. */
export async function sendAndWait(socket: WebSocket, text: string): Promise<boolean> {
  if (socket.readyState !== socket.OPEN) return false;
  const written = new Promise<boolean>((resolve) => socket.send(text, (error) => resolve(error == null)));
  return hasRoom(socket) ? true : written;
}

/** Sends unless the client has stopped reading, in which case it is cut off. For messages that cannot wait and can be made good after a reconnect. */
export function sendOrCutOff(socket: WebSocket, text: string): boolean {
  if (socket.readyState !== socket.OPEN) return false;
  if (socket.bufferedAmount > MAX_BUFFERED_BYTES) {
    socket.close(CloseCode.tryAgainLater, 'too slow: connect again from your last cursor');
    // The close frame queues behind what is not being read.
    socket.terminate();
    return false;
  }
  socket.send(text);
  return true;
}

/** How long a client may take to answer a close frame. A half-open link never does. */
const GOODBYE_MS = 2_000;

/** Closes the socket, and resolves when it is closed; a client that does not answer is cut off. */
export async function closeInOrder(socket: WebSocket, code: number, reason: string): Promise<void> {
  if (socket.readyState === socket.CLOSED) return;
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.close(code, reason);
  const cutOff = setTimeout(() => socket.terminate(), GOODBYE_MS);
  await closed;
  clearTimeout(cutOff);
}

/** Pings until the socket closes, and ends one that has missed two answers: a half-open connection reports nothing by itself. */
export function keepAlive(socket: WebSocket, everyMs: number): void {
  let missed = 0;
  const timer = setInterval(() => {
    missed += 1;
    if (missed > 2) socket.terminate();
    else socket.ping();
  }, everyMs);
  socket.on('pong', () => {
    missed = 0;
  });
  socket.once('close', () => clearInterval(timer));
}

/** setTimeout counts in 32 bits; a longer delay would fire at once. */
const MAX_DELAY = 2 ** 31 - 1;

/** Closes the socket when its credential runs out. Calling the returned function replaces the moment, after a renewal in band. */
export function closeWhenExpired(socket: WebSocket, expiresAt: Date, now: Date): (later: Date, now: Date) => void {
  const close = () => socket.close(CloseCode.unauthenticated, 'credential expired');
  const delay = (at: Date, from: Date) => Math.min(MAX_DELAY, Math.max(0, at.getTime() - from.getTime()));
  let timer = setTimeout(close, delay(expiresAt, now));
  socket.once('close', () => clearTimeout(timer));
  return (later, from) => {
    clearTimeout(timer);
    if (socket.readyState === socket.OPEN) timer = setTimeout(close, delay(later, from));
  };
}
