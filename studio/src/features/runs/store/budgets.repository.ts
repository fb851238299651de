import { Injectable } from '@nestjs/common';
import { rows } from '../../../platform/database/repository-access.js';
import type { Reader } from '../../../platform/database/index.js';

export interface Stopped {
  readonly id: string;
  readonly projectId: string;
}

@Injectable()
export class BudgetsRepository {
  /** Tasks that are blocked by their budget, and plans that are paused by theirs. */
  async stopped(reader: Reader): Promise<{ readonly tasks: readonly Stopped[]; readonly plans: readonly Stopped[] }> {
    return {
      tasks: await rows<Stopped>(reader, `select id, project_id as "projectId" from tasks where blocked_code = 'budget' order by id`),
      plans: await rows<Stopped>(reader, `select id, project_id as "projectId" from plans where status = 'paused' and notices @> '[{"code": "budget"}]' order by id`),
    };
  }
}
