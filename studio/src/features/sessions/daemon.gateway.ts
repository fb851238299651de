import type { IncomingMessage } from 'node:http';
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import type { OnGatewayConnection } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import { Config } from '../../config/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Log } from '../../platform/logging/index.js';
import { callerOf, CloseCode, closeWhenExpired, keepAlive } from '../../platform/ws/index.js';
import { EventStream } from '../events/index.js';
import { CallWatch } from './call-watch.js';
import { DaemonRpc } from './daemon-rpc.js';
import { DaemonSocket } from './daemon-socket.js';
import { SessionPush } from './session-push.js';
import { SessionsService } from './sessions.service.js';

const SUBPROTOCOL = 'maestro.v1';

/** Largest message of a daemon; its peer applies the same limit, and the frame is cut off before it is read whole. */
const MAX_PAYLOAD = 1024 * 1024;

/** How long a socket may stay open without having said hello. */
const HELLO_MS = 15_000;

const chooseProtocol = (offered: Set<string>): string | false => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false);

/**
 * `/ws/daemon`: one socket per machine and project, speaking JSON-RPC 2.0. The upgrade gate has asked for a credential and turned foreign
 * pages away; here a browser is turned away altogether, since no page of ours has any business on this address.
 */
@Injectable()
@WebSocketGateway({ path: '/ws/daemon', maxPayload: MAX_PAYLOAD, handleProtocols: chooseProtocol })
export class DaemonGateway implements OnGatewayConnection<WebSocket>, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sockets = new Set<DaemonSocket>();
  private draining = false;

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly rpc: DaemonRpc,
    private readonly push: SessionPush,
    private readonly sessions: SessionsService,
    private readonly watch: CallWatch,
    stream: EventStream,
  ) {
    stream.onEvent('member/removed', ({ payload }) => this.cutOff(payload['memberId'], 'You are no longer a member of this workspace.'));
    stream.onEvent('account/revoked', ({ payload }) => this.signOut(payload['grantId']));
  }

  /** A method without a handler is found when the studio starts, not when a daemon calls it. Suites that start less than a studio have some. */
  onApplicationBootstrap(): void {
    const { unserved } = this.rpc.service;
    if (unserved.length > 0) this.log.warn({ unserved }, 'methods of the daemon protocol are not served');
  }

  handleConnection(socket: WebSocket, request: IncomingMessage): void {
    const caller = callerOf(request);
    // Errors of the transport (an oversized frame, a reset) end in 'close', where they are dealt with.
    socket.on('error', (error) => this.log.debug({ err: error }, 'daemon socket error'));
    if (request.headers.origin !== undefined || caller.via !== 'bearer') return socket.close(CloseCode.forbidden, 'This address is for machines, not for browsers.');
    if (socket.protocol !== SUBPROTOCOL) return socket.close(CloseCode.forbidden, `Speak ${SUBPROTOCOL}.`);
    if (this.draining) return socket.close(CloseCode.tryAgainLater, 'This studio is going away.');

    const daemon = new DaemonSocket(socket, randomUUID(), caller, this.rpc.service, this.push, this.watch, this.log, {
      onClosed: (closed) => this.closed(closed),
      helloMs: HELLO_MS,
    });
    this.sockets.add(daemon);
    keepAlive(socket, this.config.socketPingSeconds * 1000);
    closeWhenExpired(socket, caller.expiresAt, this.clock.now());
  }

  /** Tells every machine to come back, lets what is being answered end, and closes. Leases stand; nothing is lost. */
  async beforeApplicationShutdown(): Promise<void> {
    this.draining = true;
    const open = [...this.sockets];
    await Promise.all(open.map((socket) => this.drain(socket)));
    await Promise.all(open.map((socket) => socket.end(this.config.shutdownSeconds * 1000)));
  }

  private async drain(socket: DaemonSocket): Promise<void> {
    const { session, id } = socket.connection;
    if (session === undefined) return;
    try {
      await this.sessions.drain(session.id, id);
      // Spread out, so that not all machines are at the next studio's door in the same moment.
      await socket.notifyDrain(Math.round(Math.random() * 1_000));
    } catch (error) {
      this.log.warn({ err: error, session: session.id }, 'session could not be drained');
    }
  }

  private closed(socket: DaemonSocket): void {
    this.sockets.delete(socket);
    const { session, id } = socket.connection;
    if (session === undefined || this.draining) return;
    this.sessions.disconnected(session.id, id).catch((error: unknown) => this.log.error({ err: error, session: session.id }, 'a closed socket could not be recorded'));
  }

  private cutOff(memberId: unknown, why: string): void {
    if (typeof memberId !== 'string') return;
    this.sessions.cutOff(memberId, why).catch((error: unknown) => this.log.error({ err: error, memberId }, 'a removed member could not be cut off'));
  }

  private signOut(grantId: unknown): void {
    for (const socket of this.sockets) if (socket.connection.caller.grantId === grantId) socket.connection.close(CloseCode.unauthenticated, 'Signed out.');
  }
}
