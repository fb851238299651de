import { Injectable } from '@nestjs/common';
import type { Remote } from '@maestro/protocol';
import { rows } from '../../../platform/database/repository-access.js';
import type { Reader } from '../../../platform/database/index.js';
import type { PacketTask } from '../domain/packet.js';

/** Reads what packets are made of, across features: read only, and only here. */
@Injectable()
export class PacketRepository {
  async project(reader: Reader, id: string): Promise<{ readonly id: string; readonly key: string; readonly remote: Remote; readonly baseBranch: string }> {
    const [row] = await rows<{ id: string; key: string; remote: Remote; baseBranch: string }>(reader, 'select id, key, remote, base_branch as "baseBranch" from projects where id = $1', [id]);
    if (row === undefined) throw new Error(`project.missing: ${id}`);
    return row;
  }

  /** The task, with the newest head that any of its produce runs reported, so that another machine goes on from there. */
  async task(reader: Reader, id: string): Promise<PacketTask> {
    const [row] = await rows<PacketTask>(
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
    const found = await rows<{ text: string }>(reader, `select payload->>'text' as text from events where run_id = $1 and kind = 'run/steered' order by txid, seq`, [runId]);
    return found.map(({ text }) => text);
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
