import { Injectable } from '@nestjs/common';
import type { SessionRole, SessionStatus, WorkerEnd, WorkerJob, WorkerStatus } from '@maestro/protocol';
import type { Location } from '../../platform/access/index.js';
import { execute, rows } from '../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../platform/database/index.js';
import type { Place } from './domain/team.js';

/** A team as stored, with its lead's session. */
export interface TeamRecord {
  readonly id: string;
  readonly workspaceId: string;
  readonly projectId: string;
  readonly leadSessionId: string;
  readonly leadName: string;
  readonly channel: string;
  readonly turns: number;
  readonly closedAt: Date | null;
  readonly closedWhy: string | null;
  readonly createdAt: Date;
}

export interface WorkerRecord {
  readonly id: string;
  readonly teamId: string;
  readonly job: WorkerJob;
  readonly name: string;
  readonly status: WorkerStatus;
  readonly endedBy: WorkerEnd | null;
  readonly sentence: string | null;
  readonly sessionId: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/** A worker with what a look at it needs, and what people want to see beside it. */
export interface SeenWorker extends WorkerRecord {
  readonly session: SessionStatus | null;
  readonly left: boolean;
  readonly silentSeconds: number;
  readonly ageSeconds: number;
  readonly lastSeenAt: Date | null;
  readonly run: { readonly id: string; readonly taskKey: string | null; readonly purpose: string } | null;
}

/** A session that may lead a team. */
export interface LeadSession {
  readonly id: string;
  readonly workspaceId: string;
  readonly projectId: string;
  readonly memberId: string;
  readonly machineId: string;
  readonly name: string;
  readonly role: SessionRole;
  readonly status: SessionStatus;
  readonly left: boolean;
  readonly silentSeconds: number;
}

const TEAM = `select t.id, t.workspace_id as "workspaceId", t.project_id as "projectId", t.lead_session_id as "leadSessionId", s.name as "leadName", t.channel, t.turns,
    t.closed_at as "closedAt", t.closed_why as "closedWhy", t.created_at as "createdAt"
  from teams t join agent_sessions s on s.id = t.lead_session_id`;

const WORKER = `w.id, w.team_id as "teamId", w.job, w.name, w.status, w.ended_by as "endedBy", w.sentence, w.session_id as "sessionId",
    w.created_at as "createdAt", w.ended_at as "endedAt"`;

@Injectable()
export class TeamsRepository {
  async lead(reader: Reader, session: string): Promise<LeadSession | undefined> {
    const [row] = await rows<LeadSession>(
      reader,
      `select id, workspace_id as "workspaceId", project_id as "projectId", member_id as "memberId", machine_id as "machineId", name, role, status,
              left_at is not null as left, extract(epoch from clock_timestamp() - last_seen_at)::float8 as "silentSeconds"
         from agent_sessions where id = $1`,
      [session],
    );
    return row;
  }

  async insert(tx: Tx, team: Pick<TeamRecord, 'id' | 'workspaceId' | 'projectId' | 'leadSessionId' | 'channel'>): Promise<void> {
    const { id, workspaceId, projectId, leadSessionId, channel } = team;
    await execute(tx, 'insert into teams (id, workspace_id, project_id, lead_session_id, channel) values ($1, $2, $3, $4, $5)', [id, workspaceId, projectId, leadSessionId, channel]);
  }

  async insertWorker(tx: Tx, id: string, teamId: string, { job, name, position }: Place): Promise<void> {
    await execute(tx, `insert into team_workers (id, team_id, job, name, position, status) values ($1, $2, $3, $4, $5, 'spawned')`, [id, teamId, job, name, position]);
  }

  async find(reader: Reader, id: string): Promise<TeamRecord | undefined> {
    return (await rows<TeamRecord>(reader, `${TEAM} where t.id = $1`, [id]))[0];
  }

  /** Whoever writes about a team holds its row first. */
  async lock(tx: Tx, id: string): Promise<TeamRecord | undefined> {
    return (await rows<TeamRecord>(tx, `${TEAM} where t.id = $1 for no key update of t`, [id]))[0];
  }

  /** The latest team that this session leads; an open one before all others. */
  async ofLead(reader: Reader, session: string): Promise<TeamRecord | undefined> {
    return (await rows<TeamRecord>(reader, `${TEAM} where t.lead_session_id = $1 order by (t.closed_at is null) desc, t.created_at desc limit 1`, [session]))[0];
  }

  /** The latest team that this session leads or works for. */
  async ofSession(reader: Reader, session: string): Promise<TeamRecord | undefined> {
    return (
      await rows<TeamRecord>(
        reader,
        `${TEAM} where t.lead_session_id = $1 or exists (select from team_workers w where w.team_id = t.id and w.session_id = $1)
          order by (t.closed_at is null) desc, t.created_at desc limit 1`,
        [session],
      )
    )[0];
  }

  async ofChannel(reader: Reader, channel: string): Promise<TeamRecord | undefined> {
    return (await rows<TeamRecord>(reader, `${TEAM} where t.channel = $1`, [channel]))[0];
  }

  /** Those that are there first, then the latest. */
  ofProject(reader: Reader, projectId: string, limit: number): Promise<readonly TeamRecord[]> {
    return rows<TeamRecord>(reader, `${TEAM} where t.project_id = $1 order by (t.closed_at is null) desc, t.created_at desc, t.id limit $2`, [projectId, limit]);
  }

  async open(reader: Reader): Promise<readonly string[]> {
    return (await rows<{ id: string }>(reader, 'select id from teams where closed_at is null order by id')).map(({ id }) => id);
  }

  async worker(reader: Reader, id: string): Promise<WorkerRecord | undefined> {
    return (await rows<WorkerRecord>(reader, `select ${WORKER} from team_workers w where w.id = $1`, [id]))[0];
  }

  async lockPlace(tx: Tx, teamId: string, name: string): Promise<WorkerRecord | undefined> {
    return (await rows<WorkerRecord>(tx, `select ${WORKER} from team_workers w where w.team_id = $1 and w.name = $2 for no key update`, [teamId, name]))[0];
  }

  workers(reader: Reader, teamId: string): Promise<readonly SeenWorker[]> {
    return rows<SeenWorker>(
      reader,
      `select ${WORKER}, s.status as session, s.left_at is not null as left, s.last_seen_at as "lastSeenAt",
              coalesce(extract(epoch from clock_timestamp() - s.last_seen_at), 0)::float8 as "silentSeconds",
              extract(epoch from clock_timestamp() - w.created_at)::float8 as "ageSeconds",
              (select jsonb_build_object('id', r.id, 'purpose', r.purpose, 'taskKey', t.key) from runs r left join tasks t on t.id = r.task_id
                where w.status <> 'ended' and r.session_id = w.session_id and r.status in ('claimed', 'running') order by r.created_at desc limit 1) as run
         from team_workers w left join agent_sessions s on s.id = w.session_id where w.team_id = $1 order by w.position`,
      [teamId],
    );
  }

  async admit(tx: Tx, worker: string, session: string, status: WorkerStatus): Promise<void> {
    await execute(tx, 'update team_workers set session_id = $2, status = $3 where id = $1', [worker, session, status]);
  }

  async setWorker(tx: Tx, worker: string, status: WorkerStatus, end: { readonly by: WorkerEnd; readonly sentence: string } | null): Promise<void> {
    await execute(
      tx,
      `update team_workers set status = $2, ended_by = coalesce($3, ended_by), sentence = coalesce($4, sentence), ended_at = case when $2 = 'ended' then clock_timestamp() end where id = $1`,
      [worker, status, end?.by ?? null, end?.sentence ?? null],
    );
  }

  async close(tx: Tx, id: string, why: string): Promise<void> {
    await execute(tx, 'update teams set closed_at = clock_timestamp(), closed_why = $2 where id = $1', [id, why]);
  }

  /** Queued tasks that only a worker which has ended was to take. Nobody else would be offered them. */
  async pinnedToTheDead(reader: Reader): Promise<readonly string[]> {
    const found = await rows<{ id: string }>(
      reader,
      `select t.id from (select w.session_id from team_workers w group by w.session_id having bool_and(w.status = 'ended')) as dead
          join tasks t on t.pinned_session = dead.session_id where t.status = 'queued' order by t.id`,
    );
    return found.map(({ id }) => id);
  }

  /** Runs at work in the sessions of a team, the lead's included. */
  runsAtWork(reader: Reader, teamId: string): Promise<readonly { readonly run: string; readonly session: string }[]> {
    return rows(
      reader,
      `select r.id as run, r.session_id as session from runs r where r.status in ('claimed', 'running')
          and r.session_id in (select lead_session_id from teams where id = $1 union select session_id from team_workers where team_id = $1 and status <> 'ended')`,
      [teamId],
    );
  }

  /** Runs of the team's workers that have ended since the worker came, and of which the channel has not heard. */
  unreported(reader: Reader, teamId: string): Promise<readonly { readonly run: string; readonly worker: string; readonly purpose: string; readonly status: string; readonly taskKey: string | null; readonly sentence: string | null }[]> {
    return rows(
      reader,
      `select r.id as run, w.name as worker, r.purpose, r.status, r.sentence, t.key as "taskKey"
         from team_workers w join runs r on r.session_id = w.session_id left join tasks t on t.id = r.task_id
        where w.team_id = $1 and r.started_at >= w.created_at and r.ended_at is not null and r.status <> 'withdrawn'
          and not exists (select from channel_messages m where m.team_id = $1 and m.run_id = r.id and m.kind = 'report') order by r.ended_at`,
      [teamId],
    );
  }

  async locate(reader: Reader, id: string): Promise<Location | undefined> {
    return (await rows<Location>(reader, 'select workspace_id as "workspaceId", project_id as "projectId" from teams where id = $1', [id]))[0];
  }
}
