import { Injectable } from '@nestjs/common';
import { EventKind, ok } from '@maestro/protocol';
import type { Counted, Result, RunOutcome, Usage } from '@maestro/protocol';
import type { Tx } from '../../../platform/database/index.js';
import { actorOf } from '../../sessions/index.js';
import type { BoundSession } from '../../sessions/index.js';
import { laterUsage } from '../domain/budget.js';
import { classOf, fittingOutcome, isFailure, outcomeOfRestart } from '../domain/outcome.js';
import { reconcile } from '../domain/reconcile.js';
import type { Reconciled } from '../domain/reconcile.js';
import { NOW } from '../domain/run.js';
import type { RunPatch, RunRecord } from '../domain/run.js';
import { mustStep } from '../domain/run-step.js';
import { ClaimsService, heldAs, notFound } from '../offers/claims.service.js';
import type { Held } from '../offers/claims.service.js';
import { RunLocks } from '../store/run-locks.js';
import type { LockedRun } from '../store/run-locks.js';
import { RunQueriesRepository } from '../store/run-queries.repository.js';
import { RunSteps } from '../store/run-steps.js';
import { RunsRepository } from '../store/runs.repository.js';
import { notGranted } from '../work/journal.service.js';
import { Outcomes } from './outcomes.service.js';

export interface Finished {
  readonly outcome: RunOutcome;
  readonly usage: Usage;
}

type End = Extract<Reconciled, { kind: 'end' }>;

/** How runs end. An outcome is never refused: it counts, or it is kept. */
@Injectable()
export class FinishesService {
  constructor(
    private readonly runs: RunsRepository,
    private readonly queries: RunQueriesRepository,
    private readonly locks: RunLocks,
    private readonly steps: RunSteps,
    private readonly claims: ClaimsService,
    private readonly outcomes: Outcomes,
  ) {}

  async finish(tx: Tx, session: BoundSession, { run: runId, epoch }: Held, { outcome: reported, usage }: Finished): Promise<Result<{ readonly counted: Counted }>> {
    const locked = await this.locks.all(tx, runId);
    if (locked === undefined || locked.run.projectId !== session.projectId) return notFound();
    const { run, task } = locked;
    if (!(await this.runs.wasGranted(tx, run.id, epoch, session.id))) return notGranted();
    const outcome = outcomeOfRestart(fittingOutcome(run.purpose, reported), { asked: run.holds.includes('restart'), textIsGone: task?.textVersion !== run.textVersion });
    const { live, hasOutcome } = await this.queries.newer(tx, run);
    const taken = reconcile({
      run: { ...heldAs(run), hasOutcome: run.outcome !== null },
      grant: { session: session.id, epoch },
      outcome,
      newerOutcome: hasOutcome,
      newerLive: live.length > 0,
    });
    switch (taken.kind) {
      case 'known':
        return ok({ counted: taken.counted });
      case 'keep':
        await this.keep(tx, locked, session, outcome, usage, taken.counted);
        return ok({ counted: taken.counted });
      case 'end':
        await this.end(tx, locked, session, taken, outcome, usage, live);
        return ok({ counted: taken.counted });
    }
  }

  private async end(tx: Tx, found: LockedRun, session: BoundSession, taken: End, outcome: RunOutcome, usage: Usage, newerLive: readonly string[]): Promise<void> {
    // Work that was done was begun, also when the report of that was lost; a failure before the start could not start.
    const isAtWork = found.run.status === 'claimed' || found.run.status === 'running';
    const locked = isAtWork && !isFailure(outcome) && !taken.stopHolder ? await this.claims.begin(tx, found, session) : found;
    if (taken.stopHolder) this.steps.tellToStop(tx, locked.run, 'Another machine had finished this work.');
    const before = locked.run.usage;
    const ended = await this.steps.write(
      tx,
      locked.run,
      { ...taken.step, from: locked.run.status },
      { because: outcome.kind, actor: actorOf(session), session: session.id },
      { ...recorded(locked.run, outcome, usage), sessionId: session.id, epoch: taken.epoch, late: taken.late },
    );
    if (taken.step.effects.includes('cancel_newer')) await this.cancelNewer(tx, newerLive);
    if (taken.counted === 'counted') await this.outcomes.apply(tx, { ...locked, run: ended }, session, outcome, before);
    else await this.outcomes.keep(tx, { ...locked, run: ended }, session, outcome);
  }

  /** The run stays as it is: it ended before, or somebody else goes on with it. */
  private async keep(tx: Tx, locked: LockedRun, session: BoundSession, outcome: RunOutcome, usage: Usage, counted: Counted): Promise<void> {
    const { run } = locked;
    const used = laterUsage(run.usage, usage);
    if (JSON.stringify(used) !== JSON.stringify(run.usage)) await this.runs.update(tx, run, { usage: used });
    await this.steps.announce(tx, run, EventKind.runEvidence, { counted, outcome: { ...outcome } }, actorOf(session));
    await this.outcomes.keep(tx, locked, session, outcome);
  }

  private async cancelNewer(tx: Tx, newer: readonly string[]): Promise<void> {
    for (const id of newer) {
      const run = await this.runs.lock(tx, id);
      if (run === undefined) continue;
      const why = 'An earlier run of this work came back with it done.';
      await this.steps.write(tx, run, mustStep(run.status, 'cancel', { pushing: false }), { because: 'cancel', actor: { type: 'system', name: 'runs' }, why });
    }
  }
}

/** What an outcome leaves on its run. */
function recorded(run: RunRecord, outcome: RunOutcome, usage: Usage): RunPatch {
  const failure = isFailure(outcome) ? { failureClass: classOf(outcome), sentence: outcome.sentence } : {};
  const head = outcome.kind === 'produced' || outcome.kind === 'judged' ? outcome.head : outcome.kind === 'yielded' ? (outcome.head ?? run.head) : run.head;
  return { outcome, usage: laterUsage(run.usage, usage), head, ...failure, ...(run.startedAt === null && !isFailure(outcome) ? { startedAt: NOW } : {}) };
}
