import { Injectable } from '@nestjs/common';
import { ok, refuse } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { Tx } from '../../../platform/database/index.js';
import { ChangesService } from '../../changes/index.js';
import type { ChangePart } from '../../changes/index.js';
import type { BoundSession } from '../../sessions/index.js';
import { notFound } from '../offers/claims.service.js';
import type { Held } from '../offers/claims.service.js';
import { RunsRepository } from '../store/runs.repository.js';
import { notGranted } from './journal.service.js';

/** What a run's commits change, part by part. Like its journal it is history: under a stale epoch it is taken, too. */
@Injectable()
export class ChangeParts {
  constructor(
    private readonly runs: RunsRepository,
    private readonly changes: ChangesService,
  ) {}

  async take(tx: Tx, session: BoundSession, { run: runId, epoch }: Held, part: ChangePart): Promise<Result<Record<string, never>>> {
    const run = await this.runs.lock(tx, runId);
    if (run === undefined || run.projectId !== session.projectId) return notFound();
    if (!(await this.runs.wasGranted(tx, run.id, epoch, session.id))) return notGranted();
    if (run.taskId === null) return refuse('unprocessable', 'wrong_purpose', 'Only a run that works on a task hands in a change.');
    await this.changes.take(tx, { taskId: run.taskId, runId: run.id }, part);
    return ok({});
  }
}
