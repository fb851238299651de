import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { EventKind, negotiateVersion, ok, refuse, SUPPORTED_VERSIONS } from '@maestro/protocol';
import type { METHODS, Result, SessionEvent } from '@maestro/protocol';
import type { z } from 'zod';
import { Config } from '../../config/index.js';
import { Authorisation } from '../../platform/access/index.js';
import type { Access } from '../../platform/access/index.js';
import { Database } from '../../platform/database/index.js';
import type { Tx } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { Events } from '../events/index.js';
import { AgentSessionsRepository } from './agent-sessions.repository.js';
import { actorOf } from './daemon-connection.js';
import type { BoundSession, DaemonConnection } from './daemon-connection.js';
import { silenceEvent, stepSession } from './domain/liveness.js';
import type { SessionOffer, SessionRecord } from './domain/session.js';
import { SessionPush } from './session-push.js';
import { SessionRuns, SessionSeats } from './sessions.ports.js';
import { StudioWatch } from './studio-watch.service.js';

type Hello = z.output<typeof METHODS.sessionHello.params>;
type Welcome = z.input<typeof METHODS.sessionHello.result>;
type Heartbeat = z.output<typeof METHODS.sessionHeartbeat.params>;

/** Connected machines: who is there, and since when not any more. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly sessions: AgentSessionsRepository,
    private readonly authorisation: Authorisation,
    private readonly watch: StudioWatch,
    private readonly push: SessionPush,
    private readonly events: Events,
    private readonly modules: ModuleRef,
  ) {}

  /**
   * Brings the machine's session back, or makes it, and settles the runs that it still holds before it counts as online: what it
   * finished meanwhile must not be given away a second time.
   */
  async hello(connection: DaemonConnection, hello: Hello): Promise<Result<Welcome>> {
    const version = negotiateVersion({ studio: SUPPORTED_VERSIONS, daemon: hello.protocol });
    if (!version.ok) return refuse('invalid', version.code, version.sentence);
    const access = await this.authorisation.authorise(connection.caller, 'session.connect', 'project', hello.project);
    if (!access.ok) return access;
    const registered = await this.database.inTransaction((tx) => this.register(tx, access.value, hello, connection.id));
    if (!registered.ok) return registered;
    const session = registered.value;
    connection.bind(session);
    this.push.publish(session.id, { kind: 'replaced', by: connection.id });

    const runs = await this.runs.settle(session.id, hello.runs);
    const welcomed = await this.database.inTransaction(async (tx) => {
      const found = await this.sessions.lockForWelcome(tx, session.id);
      if (found?.session.connection === connection.id) await this.moved(tx, found.session, 'hello');
      return found;
    });
    if (connection.closed) await this.disconnected(session.id, connection.id);
    if (welcomed === undefined) return refuse('not_found', 'project_not_found', 'There is no such project.');
    const { leaseSeconds, heartbeatSeconds, idleHeartbeatSeconds } = this.config;
    const rhythm = { leaseSeconds, heartbeatSeconds, idleHeartbeatSeconds };
    const ids = { session: session.id, member: session.memberId, project: welcomed.project };
    return ok({ ...ids, ...rhythm, protocol: version.version, serverTime: welcomed.now.toISOString(), runs } as Welcome);
  }

  /** Renews what the session holds. `replaced` when a newer socket of the machine speaks for it. */
  heartbeat(session: BoundSession, connection: string, { runs }: Heartbeat): Promise<{ readonly invalid: readonly string[]; readonly helloNeeded: boolean; readonly replaced: boolean }> {
    return this.database.inTransaction(async (tx) => {
      const found = await this.sessions.touch(tx, session.id, connection);
      if (found === undefined) return { invalid: [], helloNeeded: true, replaced: true };
      await this.moved(tx, found, 'heartbeat');
      if (found.status === 'offline') return { invalid: [], helloNeeded: true, replaced: false };
      const { invalid, lost } = await this.runs.renew(tx, session.id, runs);
      return { invalid, helloNeeded: lost, replaced: false };
    });
  }

  /** The machine leaves on purpose. Runs that it still holds keep their leases until they end or expire. */
  leave(tx: Tx, session: BoundSession): Promise<void> {
    return this.step(tx, session.id, 'left');
  }

  /** The socket closed. What the machine holds it keeps; but nothing new is offered to it before it is back. */
  disconnected(sessionId: string, connection: string): Promise<void> {
    return this.database.inTransaction((tx) => this.step(tx, sessionId, 'heartbeat_missed', connection));
  }

  /** This studio goes away: its sessions take nothing new until they have connected to another. */
  drain(sessionId: string, connection: string): Promise<void> {
    return this.database.inTransaction((tx) => this.step(tx, sessionId, 'drain', connection));
  }

  /** A member may not work here any more: their sessions end, and what they held is lost at once. */
  async cutOff(memberId: string, why: string): Promise<void> {
    const sessions = await this.database.read((reader) => this.sessions.ofMember(reader, memberId, null));
    for (const { id } of sessions) {
      await this.database.inTransaction(async (tx) => {
        await this.step(tx, id, 'left');
        await this.runs.revoke(tx, id);
      });
      this.push.publish(id, { kind: 'forbidden', why });
    }
  }

  /** Silent sessions become stale, then offline; each in a transaction of its own, since one that speaks up must not wait for all. */
  async sweep(signal: AbortSignal): Promise<void> {
    if (!(await this.database.inTransaction((tx) => this.watch.maySweep(tx)))) return;
    const { heartbeatSeconds, idleHeartbeatSeconds } = this.config;
    for (const { id, status, silentSeconds, holdsLeases } of await this.database.read((reader) => this.sessions.silent(reader, heartbeatSeconds))) {
      if (signal.aborted) return;
      const event = silenceEvent(status, silentSeconds, holdsLeases ? heartbeatSeconds : idleHeartbeatSeconds);
      if (event !== undefined) await this.database.inTransaction((tx) => this.step(tx, id, event));
    }
  }

  /** The process behind the session is known to be dead: whatever it held is lost at once, without the grace of those who may come back. */
  async died(id: string): Promise<void> {
    await this.database.inTransaction((tx) => this.step(tx, id, 'left'));
    await this.runs.settle(id, []);
  }

  private async register(tx: Tx, { workspaceId, memberId }: Access, hello: Hello, connection: string): Promise<Result<SessionRecord>> {
    const { project, machine, name } = hello;
    const offer: SessionOffer = { ...hello, machineId: machine, machineSlots: hello.machineSlots ?? null };
    const back = await this.sessions.comeBack(tx, { projectId: project, memberId, ...offer }, connection);
    if (back !== undefined) return this.seated(tx, back, hello.teamChannel);
    const id = newId();
    await this.sessions.insert(tx, { id, workspaceId, projectId: project, memberId, ...offer }, connection);
    const found = await this.sessions.lockByName(tx, project, machine, name);
    if (found === undefined) throw new Error('session.vanished: it was inserted in this transaction');
    const isAnothers = found.memberId !== memberId;
    if (isAnothers && (found.status !== 'offline' || (await this.sessions.holdsRuns(tx, found.id)))) {
      return refuse('forbidden', 'session_taken', `Another member is connected from this machine as "${name}". Choose another name with --name.`);
    }
    await this.sessions.renew(tx, found.id, memberId, offer, connection);
    return this.seated(tx, { ...found, ...offer, memberId, connection }, hello.teamChannel);
  }

  /** One that belongs to a team takes its place there, or is refused. */
  private async seated(tx: Tx, session: SessionRecord, teamChannel: Hello['teamChannel']): Promise<Result<SessionRecord>> {
    if (teamChannel === undefined) return ok(session);
    const admitted = await this.modules.get(SessionSeats, { strict: false }).admit(tx, session, teamChannel);
    return admitted.ok ? ok(session) : admitted;
  }

  /** @param connection when given, the step is dropped unless this socket still speaks for the session. */
  private async step(tx: Tx, id: string, event: SessionEvent, connection?: string): Promise<void> {
    const session = await this.sessions.lock(tx, id);
    if (session === undefined || (connection !== undefined && session.connection !== connection)) return;
    await this.moved(tx, session, event);
  }

  private async moved(tx: Tx, session: SessionRecord, event: SessionEvent): Promise<void> {
    const step = stepSession(session.status, event);
    if (step.effects.includes('withdraw_offers')) await this.runs.withdrawOffers(tx, session.id);
    // A hello may bring new skills or slots without a new status; dispatch hears of it all the same.
    if (!step.changed && event !== 'left' && !step.effects.includes('wake_dispatch')) return;
    if (step.changed || event === 'left') await this.sessions.setStatus(tx, session.id, step.to, event === 'left');
    const { workspaceId, projectId, name, memberId } = session;
    const payload = { session: session.id, name, member: memberId, from: step.from, to: step.to, because: event };
    await this.events.append(tx, { kind: EventKind.sessionStatus, actor: actorOf(session), workspaceId, projectId, payload });
  }

  // Looked up when needed, not injected: whoever provides it depends on this feature.
  private get runs(): SessionRuns {
    return this.modules.get(SessionRuns, { strict: false });
  }
}
