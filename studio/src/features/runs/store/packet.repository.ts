import { Injectable } from '@nestjs/common';
import type { WorkerJob } from '@maestro/protocol';
import { preparedRows, rows } from '../../../platform/database/repository-access.js';
import type { Reader } from '../../../platform/database/index.js';
import type { PacketTask } from '../domain/packet.js';

/** What of a session's team goes into the packets of its runs. */
export interface PacketTeam {
  readonly job: WorkerJob | null;
  readonly steering: readonly string[];
  readonly channel: readonly { readonly author: string; readonly text: string }[];
}

/** Enough to know what the others are at; more would crowd out the task. */
const CHANNEL_WORDS = 20;

/** Reads what packets are made of, across features: read only, and only here. */
@Injectable()
export class PacketRepository {
  /** The task, with the newest head that any of its produce runs reported, so that another machine goes on from there. */
  async task(reader: Reader, id: string): Promise<PacketTask> {
    const [row] = await preparedRows<PacketTask>(
      reader,
      `select t.id, t.key, t.title, t.description, t.acceptance_criteria as "acceptanceCriteria", t.text_version as "textVersion", t.branch, t.answers,
              t.status, t.head, t.base, t.tree, t.produced_tip as "producedTip", t.findings, t.failed_output as "failedOutput", t.repair_tip as "repairTip",
              t.delta_paths as "deltaPaths", t.overlap_tip as "overlapTip", t.approval, t.intent, t.cancel_requested_at is not null as "cancelRequested",
              coalesce((select jsonb_agg(c.text order by c.at, c.id) from comments c where c.task_id = t.id and c.for_agent), '[]') as notes,
              (select r.head from runs r where r.task_id = t.id and r.stage = 'produce' and r.head is not null order by r.created_at desc limit 1) as "workHead"
         from tasks t where t.id = $1`,
      [id],
    );
    if (row === undefined) throw new Error(`task.missing: ${id}`);
    return row;
  }

  /** What people said to this run while no agent could hear it, oldest first. */
  async steering(reader: Reader, runId: string): Promise<readonly string[]> {
    const found = await preparedRows<{ text: string }>(reader, `select payload->>'text' as text from events where run_id = $1 and kind = 'run/steered' order by txid, seq`, [runId]);
    return found.map(({ text }) => text);
  }

  /** The open team that this session leads or works for: its standing directives, its last words, and the session's job in it (none: it leads). */
  async team(reader: Reader, sessionId: string): Promise<PacketTeam | undefined> {
    const [row] = await preparedRows<PacketTeam>(
      reader,
      `select w.job,
              coalesce((select jsonb_agg(m.text order by m.seq) from channel_messages m where m.team_id = t.id and m.kind = 'steering' and m.cleared_at is null), '[]') as steering,
              coalesce((select jsonb_agg(jsonb_build_object('author', l.author->>'name', 'text', l.text) order by l.seq)
                          from (select * from channel_messages m where m.team_id = t.id and m.kind = 'note' order by m.seq desc limit $2) l), '[]') as channel
         from teams t left join team_workers w on w.team_id = t.id and w.session_id = $1 and w.status <> 'ended'
        where t.closed_at is null and (t.lead_session_id = $1 or w.id is not null) limit 1`,
      [sessionId, CHANNEL_WORDS],
    );
    return row;
  }

  /** The last journal line of the run that is stored. */
  async lastSeq(reader: Reader, runId: string): Promise<number> {
    const [row] = await rows<{ seq: number }>(reader, 'select coalesce(max(seq), 0)::int as seq from run_events where run_id = $1', [runId]);
    return row?.seq ?? 0;
  }

  /** Branches that a released plan leaves behind. */
  lanes(reader: Reader, planId: string): Promise<readonly { readonly task: string; readonly branch: string }[]> {
    return rows(reader, 'select id as task, branch from tasks where plan_id = $1 order by number', [planId]);
  }
}
