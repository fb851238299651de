import { Injectable } from '@nestjs/common';
import { rows } from '../../../platform/database/repository-access.js';
import type { Reader } from '../../../platform/database/index.js';
import type { BoundSession } from '../../sessions/index.js';

/** Sessions by their id, for callers that come by HTTP and have no socket that says who they are. */
@Injectable()
export class CallerSessions {
  async find(reader: Reader, id: string): Promise<BoundSession | undefined> {
    const [row] = await rows<BoundSession>(
      reader,
      `select id, project_id as "projectId", workspace_id as "workspaceId", member_id as "memberId", name, role, machine_id as "machineId" from agent_sessions where id = $1`,
      [id],
    );
    return row;
  }
}
