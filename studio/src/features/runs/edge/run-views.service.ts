import { Injectable } from '@nestjs/common';
import { ok, refuse, RunView } from '@maestro/protocol';
import type { PageQuery, Result, RunEventItem } from '@maestro/protocol';
import { z } from 'zod';
import { Database } from '../../../platform/database/index.js';
import type { Reader } from '../../../platform/database/index.js';
import { readCursor, toPage } from '../../../platform/http/index.js';
import type { Page } from '../../../platform/http/index.js';
import { RunEventsRepository } from '../store/run-events.repository.js';
import { RunViewsRepository } from '../store/run-views.repository.js';
import type { SeenRun } from '../store/run-views.repository.js';

/** Runs as people see them. */
@Injectable()
export class RunViews {
  constructor(
    private readonly database: Database,
    private readonly views: RunViewsRepository,
    private readonly lines: RunEventsRepository,
  ) {}

  get(id: string): Promise<Result<RunView>> {
    return this.database.read((reader) => this.view(reader, id));
  }

  /** The same inside a transaction of the caller. */
  async view(reader: Reader, id: string): Promise<Result<RunView>> {
    const run = await this.views.find(reader, id);
    return run === undefined ? refuse('not_found', 'run_not_found', 'There is no such run.') : ok(viewOf(run));
  }

  ofTask(taskId: string, query: PageQuery): Promise<Result<Page<RunView>>> {
    return this.page(query, (reader, before, limit) => this.views.ofTask(reader, taskId, before, limit));
  }

  ofProject(projectId: string, query: PageQuery): Promise<Result<Page<RunView>>> {
    return this.page(query, (reader, before, limit) => this.views.ofProject(reader, projectId, before, limit));
  }

  /** Journal lines behind a sequence number, and the number to ask from next. */
  async events(runId: string, after: number, limit: number): Promise<Result<{ readonly data: readonly RunEventItem[]; readonly nextSeq: number }>> {
    const data = await this.database.read((reader) => this.lines.page(reader, runId, after, limit));
    return ok({ data, nextSeq: data.at(-1)?.seq ?? after });
  }

  private page({ cursor, limit }: PageQuery, read: (reader: Reader, before: string | undefined, limit: number) => Promise<readonly SeenRun[]>): Promise<Result<Page<RunView>>> {
    return this.database.read(async (reader) => {
      const before = readCursor(z.uuid(), cursor);
      if (!before.ok) return before;
      const { data, nextCursor } = toPage(await read(reader, before.value, limit + 1), limit, ({ id }) => id);
      return ok({ data: data.map(viewOf), nextCursor });
    });
  }
}

// The schema drops what a view does not name, and brands the ids.
const viewOf = (run: SeenRun): RunView => RunView.parse(run);
