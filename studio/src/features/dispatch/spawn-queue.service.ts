import { Injectable } from '@nestjs/common';
import { ok, refuse } from '@maestro/protocol';
import type { Result, SpawnQueue } from '@maestro/protocol';
import { Database } from '../../platform/database/index.js';
import { SessionViews } from '../sessions/index.js';
import { DueReader } from './due-reader.service.js';
import { FairQueue } from './domain/order.js';
import { FleetReader } from './fleet.service.js';
import { standingsOf } from './standings.js';
import { wantedByTask } from './wanted.js';

/** A view of the due work that a lead's machine and its workers could take: what to spawn workers for. Nothing is given out by it. */
@Injectable()
export class SpawnQueueService {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionViews,
    private readonly due: DueReader,
    private readonly fleets: FleetReader,
  ) {}

  async of(sessionId: string): Promise<Result<SpawnQueue>> {
    const found = await this.sessions.get(sessionId);
    if (!found.ok) return found;
    const session = found.value;
    if (session.role !== 'lead') return refuse('unprocessable', 'not_a_lead', 'Only a lead spawns workers.');
    return this.database.read(async (reader) => {
      const judged = await this.due.tasks(reader, { most: null, project: session.projectId });
      const fleet = await this.fleets.of(reader, [session.projectId]);
      const due = judged.flatMap(({ row, plan, due: each }) => {
        if (!each.due) return [];
        const held = fleet.match(wantedByTask(row, plan, each.purpose, fleet)).candidates.find((candidate) => candidate.session === session.id);
        const place = { project: row.projectId, plan: row.planId, stage: each.stage, priority: row.priority, level: row.level, position: row.position, since: -row.inStageSeconds, id: row.id };
        return [{ ...place, task: row.id, key: row.key, title: row.title, purpose: each.purpose, orphan: row.orphan, missing: held?.missing ?? [] }];
      });
      const cap = Math.max(0, session.capacity - session.liveRuns);
      const data = new FairQueue(due, standingsOf(judged.map(({ plan }) => plan)), {}).drain().slice(0, cap).map(({ task, key, title, purpose, orphan, missing }) => ({ task, key, title, purpose, orphan, missing: [...missing] }));
      return ok({ data, due: due.length, inFlight: session.liveRuns, cap } as unknown as SpawnQueue);
    });
  }
}
