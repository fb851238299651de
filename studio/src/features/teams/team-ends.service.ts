import { Injectable } from '@nestjs/common';
import { EventKind, METHODS, ok, refuse } from '@maestro/protocol';
import type { Actor, Result, WorkerEnd, WorkerEvent } from '@maestro/protocol';
import { afterCommit } from '../../platform/database/index.js';
import type { Tx } from '../../platform/database/index.js';
import { Events } from '../events/index.js';
import { SessionPush, SessionsService, actorOf } from '../sessions/index.js';
import type { BoundSession } from '../sessions/index.js';
import { ChannelService } from './channel.service.js';
import { endSentence, stepWorker } from './domain/worker-life.js';
import { TeamsRepository } from './teams.repository.js';
import type { TeamRecord, WorkerRecord } from './teams.repository.js';

type Ending = Extract<WorkerEnd, 'not_started' | 'exited' | 'killed'>;

/** The only writer of a worker's state, and of the end of a team. The caller holds the team's row. */
@Injectable()
export class TeamEnds {
  constructor(
    private readonly teams: TeamsRepository,
    private readonly channel: ChannelService,
    private readonly sessions: SessionsService,
    private readonly push: SessionPush,
    private readonly events: Events,
  ) {}

  /** @param why for ends whose reason only the caller knows. */
  async step(tx: Tx, team: TeamRecord, worker: WorkerRecord, event: WorkerEvent, context: { readonly actor: Actor; readonly busy?: boolean; readonly why?: string }): Promise<boolean> {
    const { actor, busy = false, why = '' } = context;
    const step = stepWorker(worker.status, event, busy);
    if (!step.changed) return false;
    const sentence = step.endedBy === null ? null : endSentence(worker.name, step.endedBy, why);
    await this.teams.setWorker(tx, worker.id, step.to, step.endedBy === null || sentence === null ? null : { by: step.endedBy, sentence });
    const { workspaceId, projectId } = team;
    await this.events.append(tx, { kind: EventKind.teamWorker, workspaceId, projectId, actor, payload: { team: team.id, worker: worker.id, name: worker.name, from: step.from, to: step.to, because: event, sentence } });
    if (step.noteEnd && sentence !== null) await this.channel.report(tx, team, sentence, null);
    return true;
  }

  /** Ends the team and tells every worker to end; none of its places is ever given again. */
  async close(tx: Tx, team: TeamRecord, why: string, actor: Actor): Promise<void> {
    const sessions = await this.channel.sessionsOf(tx, team);
    await this.channel.report(tx, team, `The team is over: ${why}`, null);
    for (const worker of await this.teams.workers(tx, team.id)) await this.step(tx, team, worker, 'team_closed', { actor, why });
    await this.teams.close(tx, team.id, why);
    const { workspaceId, projectId } = team;
    await this.events.append(tx, { kind: EventKind.teamClosed, workspaceId, projectId, actor, payload: { team: team.id, channel: team.channel, why } });
    for (const session of sessions) this.push.notify(tx, session, METHODS.teamReap, { team: team.id as never, why });
  }

  /** The lead saw how a process ended. What the worker held is lost at once: nobody is there who could come back with it. */
  async processEnded(tx: Tx, session: BoundSession, workerId: string, end: Ending, why: string): Promise<Result<Record<string, never>>> {
    const worker = await this.teams.worker(tx, workerId);
    const team = worker === undefined ? undefined : await this.teams.lock(tx, worker.teamId);
    const now = worker === undefined ? undefined : await this.teams.worker(tx, workerId);
    if (team === undefined || now === undefined || team.projectId !== session.projectId) return refuse('not_found', 'worker_not_found', 'There is no such worker.');
    if (team.leadSessionId !== session.id) return refuse('forbidden', 'not_lead', 'Only the lead of a team says what became of its workers.');
    // A process that came far enough to say hello was started; its lead only heard of that too late.
    const event = end === 'not_started' && now.status !== 'spawned' ? 'exited' : end;
    await this.step(tx, team, now, event, { actor: actorOf(session), why });
    const { sessionId } = now;
    if (sessionId !== null) afterCommit(tx, () => this.sessions.died(sessionId));
    return ok({});
  }
}
