import { Injectable } from '@nestjs/common';
import type { Purpose, Role, SessionStatus } from '@maestro/protocol';
import { rows } from '../../platform/database/repository-access.js';
import type { Reader } from '../../platform/database/index.js';
import type { Pause } from './domain/pause.js';

/** A session as dispatch reads it. */
export interface SessionRow {
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
  readonly workspaceId: string;
  readonly memberId: string;
  readonly status: SessionStatus;
  readonly roles: readonly Role[];
  readonly purposes: readonly Purpose[];
  readonly machineId: string;
  /** What the whole machine takes, and what it has; null when it has said nothing. */
  readonly machineSlots: number | null;
  readonly machineBusy: number;
  readonly agents: readonly { readonly name: string; readonly slots?: number }[];
  /** Runs of the whole machine that an agent works on, by agent. */
  readonly agentsBusy: Readonly<Record<string, number>>;
  readonly paused: Pause | null;
  readonly declared: readonly { readonly slug: string; readonly proficiency: number }[];
  readonly memberSkills: readonly { readonly slug: string; readonly proficiency: number }[];
  readonly capacity: number;
  readonly busy: number;
  readonly reachable: boolean;
  readonly mayPush: boolean;
  /** Share of good ends among its last fifty runs, by purpose. */
  readonly success: Readonly<Partial<Record<Purpose, number>>>;
}

export interface CooldownRow {
  readonly session: string;
  readonly subject: string;
  readonly seconds: number;
}

export interface SkillRow {
  readonly workspaceId: string;
  readonly slug: string;
  readonly synonyms: readonly string[];
}

@Injectable()
export class CandidatesRepository {
  /** Sessions that are not offline, of these projects. A removed member's sessions are nobody's. */
  sessions(reader: Reader, projectIds: readonly string[]): Promise<readonly SessionRow[]> {
    return rows<SessionRow>(
      reader,
      `select s.id, s.name, s.project_id as "projectId", s.workspace_id as "workspaceId", s.member_id as "memberId", s.status, s.purposes, s.agents, s.skills as declared,
          s.capacity, s.machine_id as "machineId", s.reachable,
          (select min(o.machine_slots)::int from agent_sessions o where o.machine_id = s.machine_id and o.status <> 'offline') as "machineSlots",
          (select count(*)::int from runs r join agent_sessions o on o.id = r.session_id where o.machine_id = s.machine_id and r.status in ('dispatched', 'claimed', 'running')) as "machineBusy",
          coalesce((select jsonb_object_agg(b.agent, b.busy) from (select r.agent, count(*)::int as busy from runs r join agent_sessions o on o.id = r.session_id
              where o.machine_id = s.machine_id and r.agent is not null and r.status in ('dispatched', 'claimed', 'running') group by r.agent) b), '{}') as "agentsBusy",
          (select jsonb_build_object('scope', x.scope, 'by', x.by_name, 'why', x.why) from pauses x where x.scope = 'session' and x.subject_id = s.id) as paused, s.may_push as "mayPush",
          coalesce((select jsonb_agg(mr.role) from member_roles mr where mr.member_id = s.member_id), '[]') as roles,
          coalesce((select jsonb_agg(jsonb_build_object('slug', k.slug, 'proficiency', ms.proficiency)) from member_skills ms join skills k on k.id = ms.skill_id
              where ms.member_id = s.member_id), '[]') as "memberSkills",
          (select count(*)::int from runs r where r.session_id = s.id and r.status in ('dispatched', 'claimed', 'running')) as busy,
          coalesce((select jsonb_object_agg(q.purpose, q.share) from (select e.purpose, avg(e.good::int)::float8 as share from (
              select r.purpose, r.status in ('succeeded', 'yielded') as good from runs r where r.session_id = s.id
                and r.status in ('succeeded', 'yielded', 'failed', 'timed_out', 'stalled') order by r.ended_at desc limit 50) e group by e.purpose) q), '{}') as success
        from agent_sessions s join members m on m.id = s.member_id
       where s.project_id = any($1::uuid[]) and s.status <> 'offline' and m.removed_at is null order by s.name, s.id`,
      [projectIds],
    );
  }

  cooldowns(reader: Reader, sessionIds: readonly string[]): Promise<readonly CooldownRow[]> {
    return rows<CooldownRow>(
      reader,
      `select session_id as session, subject_id as subject, ceil(extract(epoch from until - clock_timestamp()))::int as seconds
         from dispatch_cooldowns where session_id = any($1::uuid[]) and until > clock_timestamp()`,
      [sessionIds],
    );
  }

  skills(reader: Reader, workspaceIds: readonly string[]): Promise<readonly SkillRow[]> {
    return rows<SkillRow>(reader, 'select workspace_id as "workspaceId", slug, synonyms from skills where workspace_id = any($1::uuid[])', [workspaceIds]);
  }

  /** Runs at work per project. */
  async atWork(reader: Reader, projectIds: readonly string[]): Promise<Readonly<Record<string, number>>> {
    const found = await rows<{ id: string; count: number }>(
      reader,
      `select project_id as id, count(*)::int as count from runs where project_id = any($1::uuid[]) and status in ('dispatched', 'claimed', 'running') group by project_id`,
      [projectIds],
    );
    return Object.fromEntries(found.map(({ id, count }) => [id, count]));
  }
}
