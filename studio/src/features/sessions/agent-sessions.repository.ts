import { Injectable } from '@nestjs/common';
import type { SessionStatus } from '@maestro/protocol';
import type { Location } from '../../platform/access/index.js';
import { execute, rows } from '../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../platform/database/index.js';
import type { SessionOffer, SessionRecord } from './domain/session.js';

const COLUMNS = `s.id, s.workspace_id as "workspaceId", s.project_id as "projectId", s.member_id as "memberId", s.machine_id as "machineId", s.hostname, s.name,
  s.role, s.purposes, s.agents, s.skills, s.capacity, s.machine_slots as "machineSlots", s.reachable, s.may_push as "mayPush", s.status, s.connection,
  s.last_seen_at as "lastSeenAt", s.created_at as "createdAt"`;

/** The driver gives times as Date; records carry ISO 8601, as the wire does. */
type Row = Omit<SessionRecord, 'lastSeenAt' | 'createdAt'> & { readonly lastSeenAt: Date; readonly createdAt: Date };
const toRecord = ({ lastSeenAt, createdAt, ...row }: Row): SessionRecord => ({ ...row, lastSeenAt: lastSeenAt.toISOString(), createdAt: createdAt.toISOString() });

/** A session with what people want to see beside it. */
export interface SeenSession extends SessionRecord {
  readonly memberName: string;
  readonly liveRuns: number;
  readonly work: readonly HeldWork[];
}

/** A run that takes one of its slots. */
interface HeldWork {
  readonly run: string;
  readonly planId: string | null;
  readonly taskKey: string | null;
  readonly taskTitle: string | null;
  readonly purpose: string;
  readonly status: string;
  readonly since: string;
}

type SeenRow = Row & Pick<SeenSession, 'memberName' | 'work'>;
// JSON made by the database writes times with an offset and microseconds.
const toSeen = ({ memberName, work, ...row }: SeenRow): SeenSession => ({
  ...toRecord(row),
  memberName,
  liveRuns: work.length,
  work: work.map((run) => ({ ...run, since: new Date(run.since).toISOString() })),
});

/** What a machine is told of its project. */
export interface WelcomedTo {
  readonly id: string;
  readonly key: string;
  readonly name: string;
}

/** One that has been silent for a while. */
export interface SilentSession {
  readonly id: string;
  readonly status: SessionStatus;
  readonly silentSeconds: number;
  readonly holdsLeases: boolean;
}

const SEEN = `select ${COLUMNS}, u.name as "memberName",
    coalesce((select jsonb_agg(jsonb_build_object('run', r.id, 'planId', r.plan_id, 'taskKey', t.key, 'taskTitle', t.title, 'purpose', r.purpose, 'status', r.status,
        'since', coalesce(r.started_at, r.created_at)) order by r.id)
      from runs r left join tasks t on t.id = r.task_id where r.session_id = s.id and r.status in ('dispatched', 'claimed', 'running')), '[]') as work
  from agent_sessions s join members m on m.id = s.member_id join users u on u.id = m.user_id`;

/** Rows are locked so that others may still name them: a claim, which holds its run, refers to its session. */
@Injectable()
export class AgentSessionsRepository {
  async lock(tx: Tx, id: string): Promise<SessionRecord | undefined> {
    const [row] = await rows<Row>(tx, `select ${COLUMNS} from agent_sessions s where s.id = $1 for no key update`, [id]);
    return row === undefined ? undefined : toRecord(row);
  }

  async lockByName(tx: Tx, projectId: string, machineId: string, name: string): Promise<SessionRecord | undefined> {
    const [row] = await rows<Row>(tx, `select ${COLUMNS} from agent_sessions s where s.project_id = $1 and s.machine_id = $2 and s.name = $3 for no key update`, [projectId, machineId, name]);
    return row === undefined ? undefined : toRecord(row);
  }

  /** With it what a welcome says of the project, and the time. */
  async lockForWelcome(tx: Tx, id: string): Promise<{ readonly session: SessionRecord; readonly project: WelcomedTo; readonly now: Date } | undefined> {
    const [row] = await rows<Row & { readonly project: WelcomedTo; readonly now: Date }>(
      tx,
      `select ${COLUMNS}, jsonb_build_object('id', p.id, 'key', p.key, 'name', p.name) as project, clock_timestamp() as now
         from agent_sessions s join projects p on p.id = s.project_id where s.id = $1 for no key update of s`,
      [id],
    );
    if (row === undefined) return undefined;
    const { project, now, ...session } = row;
    return { session: toRecord(session), project, now };
  }

  /**
   * A machine is back: what it says now, and the socket that speaks for it from here on. `undefined` when this member has no session of
   * this machine and name.
   */
  async comeBack(tx: Tx, { projectId, memberId, machineId, name, role, ...offer }: Pick<SessionRecord, 'projectId' | 'memberId'> & SessionOffer, connection: string): Promise<SessionRecord | undefined> {
    const [row] = await rows<Row>(
      tx,
      `update agent_sessions s set role = $5, hostname = $6, purposes = $7, agents = $8, skills = $9, capacity = $10, machine_slots = $11, reachable = $12, may_push = $13,
              connection = $14, last_seen_at = clock_timestamp(), left_at = null
        where s.project_id = $1 and s.machine_id = $2 and s.name = $3 and s.member_id = $4 returning ${COLUMNS}`,
      [projectId, machineId, name, memberId, role, ...offered(offer), connection],
    );
    return row === undefined ? undefined : toRecord(row);
  }

  /** False when another transaction has just made it. */
  async insert(tx: Tx, session: Pick<SessionRecord, 'id' | 'workspaceId' | 'projectId' | 'memberId'> & SessionOffer, connection: string): Promise<boolean> {
    const { id, workspaceId, projectId, memberId, machineId, name, role } = session;
    const inserted = await execute(
      tx,
      `insert into agent_sessions (id, workspace_id, project_id, member_id, machine_id, name, role, hostname, purposes, agents, skills, capacity, machine_slots, reachable, may_push, status, connection)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'offline', $16) on conflict do nothing`,
      [id, workspaceId, projectId, memberId, machineId, name, role, ...offered(session), connection],
    );
    return inserted === 1;
  }

  /** What the machine says now, and the socket that speaks for it from here on. */
  async renew(tx: Tx, id: string, memberId: string, offer: SessionOffer, connection: string): Promise<void> {
    await execute(
      tx,
      `update agent_sessions set member_id = $2, role = $3, hostname = $4, purposes = $5, agents = $6, skills = $7, capacity = $8, machine_slots = $9, reachable = $10, may_push = $11,
              connection = $12, last_seen_at = clock_timestamp(), left_at = null where id = $1`,
      [id, memberId, offer.role, ...offered(offer), connection],
    );
  }

  /** @param left it goes on purpose; what merely fell silent may be back. */
  async setStatus(tx: Tx, id: string, status: SessionStatus, left: boolean): Promise<void> {
    await execute(tx, 'update agent_sessions set status = $2, left_at = case when $3 then clock_timestamp() else left_at end where id = $1', [id, status, left]);
  }

  /** Notes that the session was heard of. `undefined` when this socket no longer speaks for it. */
  async touch(tx: Tx, id: string, connection: string): Promise<SessionRecord | undefined> {
    const [row] = await rows<Row>(tx, `update agent_sessions s set last_seen_at = clock_timestamp() where s.id = $1 and s.connection = $2 returning ${COLUMNS}`, [id, connection]);
    return row === undefined ? undefined : toRecord(row);
  }

  async find(reader: Reader, id: string): Promise<SeenSession | undefined> {
    const [row] = await rows<SeenRow>(reader, `${SEEN} where s.id = $1`, [id]);
    return row === undefined ? undefined : toSeen(row);
  }

  /** Those that are there first, then by name. */
  async ofProject(reader: Reader, projectId: string, after: readonly [number, string, string] | undefined, limit: number): Promise<readonly SeenSession[]> {
    const found = await rows<SeenRow>(
      reader,
      `${SEEN} where s.project_id = $1 and ($2::int is null or ((s.status = 'offline')::int, s.name, s.id) > ($2::int, $3::text, $4::uuid))
        order by (s.status = 'offline')::int, s.name, s.id limit $5`,
      [projectId, after?.[0] ?? null, after?.[1] ?? null, after?.[2] ?? null, limit],
    );
    return found.map(toSeen);
  }

  /** Sessions that have not been heard of for longer than the shortest beat. */
  silent(reader: Reader, beatSeconds: number): Promise<readonly SilentSession[]> {
    return rows<SilentSession>(
      reader,
      `select s.id, s.status, extract(epoch from clock_timestamp() - s.last_seen_at)::float8 as "silentSeconds",
              exists (select from runs r where r.session_id = s.id and r.status in ('claimed', 'running')) as "holdsLeases"
         from agent_sessions s where s.status <> 'offline' and s.last_seen_at < clock_timestamp() - make_interval(secs => $1) order by s.id`,
      [beatSeconds],
    );
  }

  ofMember(reader: Reader, memberId: string, projectId: string | null): Promise<readonly { readonly id: string }[]> {
    return rows(reader, `select id from agent_sessions where member_id = $1 and ($2::uuid is null or project_id = $2) and status <> 'offline' order by id`, [memberId, projectId]);
  }

  async locate(reader: Reader, id: string): Promise<Location | undefined> {
    const [row] = await rows<Location>(reader, 'select workspace_id as "workspaceId", project_id as "projectId" from agent_sessions where id = $1', [id]);
    return row;
  }

  /** Whether the session still has runs that it could lose by changing hands. */
  async holdsRuns(reader: Reader, id: string): Promise<boolean> {
    return (await rows(reader, `select from runs where session_id = $1 and status in ('dispatched', 'claimed', 'running', 'waiting', 'lost') limit 1`, [id])).length > 0;
  }
}

function offered({ hostname, purposes, agents, skills, capacity, machineSlots, reachable, mayPush }: Omit<SessionOffer, 'machineId' | 'name' | 'role'>): readonly unknown[] {
  return [hostname, JSON.stringify(purposes), JSON.stringify(agents), JSON.stringify(skills), capacity, machineSlots, reachable, mayPush];
}
