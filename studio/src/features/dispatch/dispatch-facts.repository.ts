import { Injectable } from '@nestjs/common';
import type { PlanStatus, Policy, Purpose, TaskStatus } from '@maestro/protocol';
import { preparedRows, rows } from '../../platform/database/repository-access.js';
import type { Reader } from '../../platform/database/index.js';
import type { DependencyFacts, LiveRunFacts } from './domain/due.js';
import type { Pause } from './domain/pause.js';

/** A task as dispatch reads it. Reading across features is this file's only business; nothing is written here. */
export interface TaskRow {
  readonly id: string;
  readonly key: string;
  readonly title: string;
  readonly projectId: string;
  readonly planId: string;
  readonly status: TaskStatus;
  readonly blockedSentence: string | null;
  readonly skills: readonly { readonly slug: string; readonly min: number }[];
  readonly priority: number;
  readonly level: number;
  readonly position: number;
  readonly textVersion: number;
  readonly revisions: number;
  readonly repairs: number;
  readonly assignee: string | null;
  readonly assigneeName: string | null;
  readonly accepted: boolean;
  readonly pinnedSession: string | null;
  readonly laneSession: string | null;
  readonly avoidSession: string | null;
  readonly authorSession: string | null;
  readonly authorMember: string | null;
  readonly startedRuns: number;
  readonly grantedRuns: number;
  readonly restsSeconds: number;
  readonly inStageSeconds: number;
  readonly pushing: boolean;
  readonly approved: boolean;
  readonly dependencies: readonly DependencyFacts[];
  readonly runs: readonly (LiveRunFacts & { readonly id: string; readonly graceSeconds: number })[];
  /** Failed, timed-out and stalled runs of this stage and revision. */
  readonly failures: number;
  /** Tips on which its result failed although nothing was wrong with it: the tip itself fails. */
  readonly triedTips: readonly string[];
  /** Its last run was lost, or let go by the machine it was offered to. */
  readonly orphan: boolean;
}

export interface PlanRow {
  readonly id: string;
  readonly projectId: string;
  readonly workspaceId: string;
  readonly status: PlanStatus;
  readonly paused: Pause | null;
  readonly epicReady: boolean;
  readonly epicTip: string | null;
  readonly notices: readonly { readonly code: string; readonly details?: { readonly tip?: string } }[];
  readonly policy: Policy;
  readonly restsSeconds: number;
  readonly releasePushing: boolean;
  /** Key of the task whose merge is on offer or under way. */
  readonly mergingTask: string | null;
  readonly atWork: number;
  /** When it was last given a run, as seconds since 1970; 0 when never. */
  readonly servedAt: number;
  readonly sinceSeconds: number;
  /** Its own live runs: dispatched, claimed, running, waiting, or lost and in grace. */
  readonly liveRuns: readonly Purpose[];
  readonly lastAuthor: string | null;
  readonly lastKind: string | null;
  readonly cleanupLeft: boolean;
  /** Failures of its own runs, by purpose: an architect's since a person last spoke, the others since they were last asked for. */
  readonly failures: Readonly<Partial<Record<Purpose, number>>>;
}

/** The stage that a task's status belongs to, as `stageOf` says it. */
const STAGE = `case t.status when 'queued' then 'produce' when 'in_progress' then 'produce' when 'in_review' then 'judge' when 'landing' then 'land' end`;
const LIVE = `('dispatched', 'claimed', 'running', 'waiting', 'lost')`;
const SECONDS_TO = (column: string): string => `ceil(greatest(0, coalesce(extract(epoch from ${column} - clock_timestamp()), 0)))::int`;

const TASK_COLUMNS = `select t.id, t.key, t.title, t.project_id as "projectId", t.plan_id as "planId", t.status, t.blocked_sentence as "blockedSentence", t.skills, t.priority,
    t.level, t.position, t.text_version as "textVersion", t.revisions, t.repairs, t.assignee, u.name as "assigneeName", t.accepted_at is not null as accepted,
    t.pinned_session as "pinnedSession", t.lane_session as "laneSession", t.avoid_session as "avoidSession", t.author_session as "authorSession",
    t.author_member as "authorMember", t.started_runs as "startedRuns", t.granted_runs as "grantedRuns", ${SECONDS_TO('t.due_after')} as "restsSeconds",
    floor(extract(epoch from clock_timestamp() - t.stage_entered_at))::int as "inStageSeconds", t.intent is not null as pushing, t.approval is not null as approved,
    coalesce((select jsonb_agg(jsonb_build_object('key', o.key, 'status', o.status, 'waived', d.waived) order by o.number)
                from task_dependencies d join tasks o on o.id = d.depends_on where d.task_id = t.id), '[]') as dependencies,
    coalesce((select jsonb_agg(jsonb_build_object('id', r.id, 'status', r.status, 'session', coalesce(s.name, 'a machine that has left'), 'waitReasons', to_jsonb(r.wait_reasons),
                       'inGrace', coalesce(r.grace_until > clock_timestamp(), false), 'graceSeconds', ${SECONDS_TO('r.grace_until')}) order by r.id)
                from runs r left join agent_sessions s on s.id = r.session_id where r.task_id = t.id and r.stage = ${STAGE} and r.status in ${LIVE}), '[]') as runs,
    (select count(*)::int from runs r where r.task_id = t.id and r.stage = ${STAGE} and r.status in ('failed', 'timed_out', 'stalled') and not r.late
        and r.ended_at >= t.attempts_since) as failures,
    coalesce((select jsonb_agg(distinct r.outcome->>'tip') from runs r where r.task_id = t.id and r.stage = 'land' and r.outcome->>'kind' = 'result_failed'
        and r.outcome->>'tipPasses' = 'false'), '[]') as "triedTips",
    coalesce((select r.status in ('lost', 'withdrawn') from runs r where r.task_id = t.id order by r.created_at desc limit 1), false) as orphan`;
const ASSIGNEE = 'left join members m on m.id = t.assignee left join users u on u.id = m.user_id';

/**
 * Of tasks `t` of plans `l`: live, in an active plan or past pushing, rested, with no run of their stage at work and no dependency open.
 * What this leaves out is never due by `dueFor` either; it only keeps what waits cheap.
 *
 * The plan's status stands in a `case`: beside an `or`, PostgreSQL takes it for true of one task in two hundred, expects less than a head
 * in the whole plan, and sorts all of it instead of reading the head from the index.
 */
const MAY_BE_DUE = `t.status in ('queued', 'in_progress', 'in_review', 'landing') and case when l.status = 'active' then true else t.intent is not null end
          and (t.due_after is null or t.due_after <= clock_timestamp())
          and not exists (select from runs r where r.task_id = t.id and r.stage = ${STAGE} and r.status in ('dispatched', 'claimed', 'running', 'waiting'))
          and (t.status not in ('queued', 'in_progress') or not exists (select from task_dependencies d join tasks o on o.id = d.depends_on
                where d.task_id = t.id and not (o.status = 'done' or (o.status = 'cancelled' and d.waived))))`;

/** The order within a plan, as domain/order.ts has it and the index `tasks_dispatch_idx`. */
const PLACE = `case t.status when 'landing' then 1 when 'in_review' then 2 else 3 end, t.priority desc, t.level, t.stage_entered_at, t.position, t.id`;

/** Which part of what may be due is read. */
export interface Part {
  /** So many of each plan, in its own order; null for all of them. */
  readonly most: number | null;
  /** Only of this plan. */
  readonly plan?: string;
  /** Only of this project. */
  readonly project?: string;
  /** But these tasks. */
  readonly without?: readonly string[];
}

/** The widest that holds for a plan. */
const PAUSE = `(select jsonb_build_object('scope', x.scope, 'by', x.by_name, 'why', x.why) from pauses x
        where (x.scope = 'project' and x.subject_id = l.project_id) or (x.scope = 'workspace' and x.subject_id = p.workspace_id) order by x.scope desc limit 1)`;

const PLAN = `select l.id, l.project_id as "projectId", p.workspace_id as "workspaceId", l.status, ${PAUSE} as paused, l.epic_ready_at is not null as "epicReady", l.epic_tip as "epicTip", l.notices, p.policy,
    ${SECONDS_TO('l.due_after')} as "restsSeconds", l.release_intent is not null as "releasePushing",
    (select t.key from runs r join tasks t on t.id = r.task_id where r.plan_id = l.id and r.stage = 'land' and r.status in ('dispatched', 'claimed', 'running') limit 1) as "mergingTask",
    (select count(*)::int from runs r where r.plan_id = l.id and r.status in ('dispatched', 'claimed', 'running')) as "atWork",
    coalesce((select extract(epoch from max(r.created_at))::float8 from runs r where r.plan_id = l.id), 0) as "servedAt",
    floor(extract(epoch from clock_timestamp() - l.updated_at))::int as "sinceSeconds",
    coalesce((select jsonb_agg(distinct r.purpose) from runs r where r.plan_id = l.id and r.task_id is null
        and (r.status in ('dispatched', 'claimed', 'running', 'waiting') or (r.status = 'lost' and r.grace_until > clock_timestamp()))), '[]') as "liveRuns",
    m.author as "lastAuthor", m.kind as "lastKind",
    l.status = 'completed' and not exists (select from runs r where r.plan_id = l.id and r.purpose = 'release_cleanup' and r.status in ('succeeded', 'cancelled')) as "cleanupLeft",
    coalesce((select jsonb_object_agg(f.purpose, f.count) from (select r.purpose, count(*)::int as count from runs r where r.plan_id = l.id and r.task_id is null
        and r.status in ('failed', 'timed_out', 'stalled') and not r.late
        and r.ended_at >= case r.purpose when 'plan' then coalesce((select max(p.at) from plan_messages p where p.plan_id = l.id and p.author = 'person'), l.created_at) else l.attempts_since end
        group by r.purpose) f), '{}') as failures
  from plans l join projects p on p.id = l.project_id
  left join lateral (select author, kind from plan_messages where plan_id = l.id order by seq desc limit 1) m on true`;

@Injectable()
export class DispatchFactsRepository {
  /** Tasks that may be due. Plan by plan, so that a hundred thousand that wait cost no more than those at the head of each plan. */
  candidates(reader: Reader, { most, plan, project, without = [] }: Part): Promise<readonly TaskRow[]> {
    return rows<TaskRow>(
      reader,
      `${TASK_COLUMNS} from plans l
        cross join lateral (select t.* from tasks t where t.plan_id = l.id and t.id <> all($4::uuid[]) and ${MAY_BE_DUE} order by ${PLACE} limit $1) t ${ASSIGNEE}
        where (l.status = 'active' or l.id in (select i.plan_id from tasks i where i.intent is not null and i.status = 'landing'))
          and ($2::uuid is null or l.id = $2) and ($3::uuid is null or l.project_id = $3)
        order by t.id`,
      [most, plan ?? null, project ?? null, without],
    );
  }

  /** How many tasks may be due, by status. Counts all of them: not for every look. */
  async waiting(reader: Reader): Promise<readonly { readonly status: Exclude<TaskStatus, 'blocked'>; readonly count: number }[]> {
    return rows(reader, `select t.status, count(*)::int as count from tasks t join plans l on l.id = t.plan_id where ${MAY_BE_DUE} group by t.status`);
  }

  /** Seconds until the first rest of a task or grace of a lost run is over; undefined when there is none. */
  async nextEnd(reader: Reader): Promise<number | undefined> {
    const sql = `select ceil(extract(epoch from least(
        (select min(t.due_after) from tasks t where t.due_after > clock_timestamp() and t.status in ('queued', 'in_progress', 'in_review', 'landing')),
        (select min(r.grace_until) from runs r where r.status = 'lost' and r.grace_until > clock_timestamp())) - clock_timestamp()))::int as seconds`;
    return (await rows<{ seconds: number | null }>(reader, sql))[0]?.seconds ?? undefined;
  }

  async task(reader: Reader, id: string): Promise<TaskRow | undefined> {
    return (await preparedRows<TaskRow>(reader, `${TASK_COLUMNS} from tasks t ${ASSIGNEE} where t.id = $1`, [id]))[0];
  }

  async plan(reader: Reader, id: string): Promise<PlanRow | undefined> {
    return (await preparedRows<PlanRow>(reader, `${PLAN} where l.id = $1`, [id]))[0];
  }

  plans(reader: Reader, ids: readonly string[]): Promise<readonly PlanRow[]> {
    return rows<PlanRow>(reader, `${PLAN} where l.id = any($1::uuid[])`, [ids]);
  }

  /** Plans that may be due a run of their own. Finished ones are cleaned up for a week; then somebody has to ask. */
  plansWithOwnWork(reader: Reader): Promise<readonly PlanRow[]> {
    return rows<PlanRow>(
      reader,
      `${PLAN} where (l.status in ('active', 'paused') and (l.epic_ready_at is null or l.release_intent is not null or m.author is not null))
          or l.status = 'releasing' or (l.status = 'draft' and m.author is not null)
          or (l.status = 'completed' and l.ended_at > now() - interval '7 days') order by l.id`,
    );
  }

  /** Those of the projects where nothing new may begin. */
  async pausedProjects(reader: Reader, ids: readonly string[]): Promise<readonly string[]> {
    const sql = `select p.id from projects p where p.id = any($1::uuid[])
        and exists (select from pauses x where (x.scope = 'project' and x.subject_id = p.id) or (x.scope = 'workspace' and x.subject_id = p.workspace_id))`;
    return (await rows<{ id: string }>(reader, sql, [ids])).map(({ id }) => id);
  }

  /** The traceparent of what last changed the status of a task, or of a plan where no task is named. */
  async causeOf(reader: Reader, planId: string, taskId: string | null): Promise<string | undefined> {
    const sql = `select trace from events where ${taskId === null ? 'plan_id = $1 and task_id is null' : 'task_id = $1'} and trace is not null and kind like '%/status' order by txid desc, seq desc limit 1`;
    return (await rows<{ trace: string }>(reader, sql, [taskId ?? planId]))[0]?.trace;
  }
}
