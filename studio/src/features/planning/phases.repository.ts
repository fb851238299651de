import { Injectable } from '@nestjs/common';
import { execute, rows } from '../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../platform/database/index.js';

export interface PhaseRow {
  readonly id: string;
  readonly position: number;
  readonly title: string;
}

@Injectable()
export class PhasesRepository {
  ofPlan(reader: Reader, planId: string): Promise<readonly PhaseRow[]> {
    return rows<PhaseRow>(reader, 'select id, position, title from phases where plan_id = $1 order by position, id', [planId]);
  }

  async insert(tx: Tx, planId: string, { id, position, title }: PhaseRow): Promise<void> {
    await execute(tx, 'insert into phases (id, plan_id, position, title) values ($1, $2, $3, $4)', [id, planId, position, title]);
  }

  async update(tx: Tx, { id, position, title }: PhaseRow): Promise<void> {
    await execute(tx, 'update phases set position = $2, title = $3 where id = $1', [id, position, title]);
  }

  /** @throws Error `phase.not_empty` when tasks are in it: they would go with it, history and all. */
  async remove(tx: Tx, id: string): Promise<void> {
    const removed = await execute(tx, 'delete from phases p where p.id = $1 and not exists (select from tasks t where t.phase_id = p.id)', [id]);
    if (removed === 0) throw new Error('phase.not_empty: its tasks are moved or removed first');
  }
}
