import { Injectable } from '@nestjs/common';
import { ok, refuse, SessionView } from '@maestro/protocol';
import type { PageQuery, Result } from '@maestro/protocol';
import { z } from 'zod';
import { Database } from '../../platform/database/index.js';
import type { Reader } from '../../platform/database/index.js';
import { readCursor, toPage } from '../../platform/http/index.js';
import type { Page } from '../../platform/http/index.js';
import { AgentSessionsRepository } from './agent-sessions.repository.js';
import type { SeenSession } from './agent-sessions.repository.js';

const Keys = z.tuple([z.number().int(), z.string(), z.uuid()]);

/** Sessions as people see them. */
@Injectable()
export class SessionViews {
  constructor(
    private readonly database: Database,
    private readonly sessions: AgentSessionsRepository,
  ) {}

  page(projectId: string, { cursor, limit }: PageQuery): Promise<Result<Page<SessionView>>> {
    return this.database.read(async (reader) => {
      const after = readCursor(Keys, cursor);
      if (!after.ok) return after;
      const found = await this.sessions.ofProject(reader, projectId, after.value, limit + 1);
      const { data, nextCursor } = toPage(found, limit, ({ status, name, id }) => [status === 'offline' ? 1 : 0, name, id]);
      return ok({ data: data.map(viewOf), nextCursor });
    });
  }

  get(id: string): Promise<Result<SessionView>> {
    return this.database.read(async (reader) => {
      const session = await this.sessions.find(reader, id);
      return session === undefined ? refuse('not_found', 'agent_session_not_found', 'There is no such session.') : ok(viewOf(session));
    });
  }

  /** The sessions of a member that are there, for whoever has to reach them. */
  async idsOfMember(reader: Reader, memberId: string, projectId: string): Promise<readonly string[]> {
    return (await this.sessions.ofMember(reader, memberId, projectId)).map(({ id }) => id);
  }
}

// The schema drops what a view does not name, and brands the ids.
const viewOf = (session: SeenSession): SessionView => SessionView.parse(session);
