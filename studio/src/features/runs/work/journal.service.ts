import { Injectable } from '@nestjs/common';
import { EventKind, ok, refuse } from '@maestro/protocol';
import type { Result, RunEventItem, Usage } from '@maestro/protocol';
import type { Tx } from '../../../platform/database/index.js';
import { TasksService } from '../../tasks/index.js';
import { actorOf } from '../../sessions/index.js';
import type { BoundSession } from '../../sessions/index.js';
import { laterUsage } from '../domain/budget.js';
import { gaplessEnd } from '../domain/journal.js';
import { holds } from '../domain/report.js';
import { heldAs, notFound, stale } from '../offers/claims.service.js';
import type { Held } from '../offers/claims.service.js';
import { RunEventsRepository } from '../store/run-events.repository.js';
import { RunLocks } from '../store/run-locks.js';
import { RunSteps } from '../store/run-steps.js';
import { RunsRepository } from '../store/runs.repository.js';

/** What a run tells while it works: its journal, its usage, its checkpoints. */
@Injectable()
export class JournalService {
  constructor(
    private readonly runs: RunsRepository,
    private readonly lines: RunEventsRepository,
    private readonly locks: RunLocks,
    private readonly steps: RunSteps,
    private readonly tasks: TasksService,
  ) {}

  /**
   * Appends journal lines, under a stale epoch too: they are history, and history is not refused. Only whoever was once given the run may
   * write it.
   *
   * @returns `usageGrew`: the budgets have to be looked at.
   */
  async append(tx: Tx, session: BoundSession, held: Held, batch: readonly RunEventItem[], usage: Usage | undefined): Promise<Result<{ readonly ackSeq: number; readonly usageGrew: boolean }>> {
    const run = await this.runs.lock(tx, held.run);
    if (run === undefined || run.projectId !== session.projectId) return notFound();
    if (!(await this.runs.wasGranted(tx, run.id, held.epoch, session.id))) return notGranted();
    const added = await this.lines.append(tx, run.id, batch);
    const ackSeq = gaplessEnd(run.ackSeq, await this.lines.seqsAfter(tx, run.id, run.ackSeq));
    const used = usage === undefined ? run.usage : laterUsage(run.usage, usage);
    const usageGrew = JSON.stringify(used) !== JSON.stringify(run.usage);
    if (ackSeq !== run.ackSeq || usageGrew) await this.runs.update(tx, run, { ackSeq, usage: used });
    // Says that there is something new and not what: a transcript is read by its own address, page by page.
    if (added > 0) await this.steps.announce(tx, run, EventKind.runOutput, { seq: ackSeq, lines: added }, actorOf(session));
    return ok({ ackSeq, usageGrew });
  }

  /** Work in progress was pushed, so that another machine can take over from there. */
  async checkpoint(tx: Tx, session: BoundSession, { run: runId, epoch }: Held, head: string): Promise<Result<Record<string, never>>> {
    const locked = await this.locks.all(tx, runId);
    if (locked === undefined) return notFound();
    const { run, task } = locked;
    if (!holds(heldAs(run), { session: session.id, epoch })) return stale();
    await this.runs.update(tx, run, { head });
    if (task !== undefined && task.laneSession !== session.id) await this.tasks.note(tx, task.id, { laneSession: session.id });
    await this.steps.announce(tx, run, EventKind.runCheckpoint, { head }, actorOf(session));
    return ok({});
  }
}

export function notGranted(): Result<never> {
  return refuse('forbidden', 'not_granted', 'This session was never given this run under this epoch.');
}
