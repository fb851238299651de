import { Injectable } from '@nestjs/common';
import type { Actor, RunOutcome } from '@maestro/protocol';
import type { Tx } from '../../../platform/database/index.js';
import { MergesService } from '../../merges/index.js';
import type { MergeOutcome } from '../../merges/index.js';
import type { PlanRecord } from '../../plans/index.js';
import { ReviewsService } from '../../reviews/index.js';
import type { ReviewRun } from '../../reviews/index.js';
import type { BoundSession } from '../../sessions/index.js';
import { TasksService } from '../../tasks/index.js';
import type { TaskRecord } from '../../tasks/index.js';
import { classOf, isFailure } from '../domain/outcome.js';
import type { Failure } from '../domain/outcome.js';
import type { RunRecord } from '../domain/run.js';
import { RunQueriesRepository } from '../store/run-queries.repository.js';
import { BackOffs } from './back-offs.js';

/** On whose word. */
export interface Reporter {
  readonly session: BoundSession;
  readonly actor: Actor;
}

/** Turns the outcome of a task's run into what happened to the task, through whoever judges it. */
@Injectable()
export class TaskOutcomes {
  constructor(
    private readonly queries: RunQueriesRepository,
    private readonly backOffs: BackOffs,
    private readonly tasks: TasksService,
    private readonly reviews: ReviewsService,
    private readonly merges: MergesService,
  ) {}

  async apply(tx: Tx, run: RunRecord, plan: PlanRecord, task: TaskRecord, outcome: RunOutcome, by: Reporter): Promise<void> {
    if (isFailure(outcome)) return this.failed(tx, run, task, outcome, by);
    switch (outcome.kind) {
      case 'produced': {
        const { head, base, tree, baseTree, tip } = outcome;
        await this.tasks.apply(tx, task.id, { event: 'produced', head, base, tree, baseTree, tip, session: by.session.id, member: by.session.memberId }, { actor: by.actor, causeRun: run.id });
        return;
      }
      case 'judged':
        return this.reviews.settle(tx, reviewRunOf(run, by), task, outcome);
      case 'merged':
      case 'epic_lacks':
      case 'overlapped':
      case 'tip_moved':
      case 'conflict':
      case 'result_failed':
      case 'not_granted':
        return this.merges.settle(tx, { id: run.id, actor: by.actor, ...(run.packet === null ? {} : { commands: run.packet.policy.validationCommands }) }, plan, task, outcome);
      // The task went back to queued when it began to wait for its subtask; nothing is left to say.
      case 'yielded':
        return;
      default:
        throw new Error(`run.outcome_of_plan: ${outcome.kind} does not fit a task's run`);
    }
  }

  /** Evidence: kept beside the run. Only what landed can still move the task. */
  async keep(tx: Tx, run: RunRecord, plan: PlanRecord, task: TaskRecord, outcome: RunOutcome, by: Reporter): Promise<void> {
    if (outcome.kind === 'judged' && run.packet?.review !== undefined) await this.reviews.keepEvidence(tx, reviewRunOf(run, by), task, outcome);
    if (isMerged(outcome)) await this.merges.foundLate(tx, { id: run.id, actor: by.actor }, plan, task, outcome);
  }

  private async failed(tx: Tx, run: RunRecord, task: TaskRecord, failure: Failure, by: Reporter): Promise<void> {
    // A late failure costs no attempt: while it was away, the stage may have been given to others.
    if (run.late) return;
    const attempts = await this.queries.failures(tx, run, task.attemptsSince);
    const dueAfter = await this.backOffs.dueAfter(tx, attempts);
    await this.tasks.apply(
      tx,
      task.id,
      { event: 'run_failed', attempts, class: classOf(failure), sentence: failure.sentence, session: by.session.id, dueAfter },
      { actor: by.actor, causeRun: run.id },
    );
  }
}

function isMerged(outcome: RunOutcome): outcome is Extract<MergeOutcome, { kind: 'merged' }> {
  return outcome.kind === 'merged';
}

/** A review with what its packet asked it to judge: that is what its verdict is bound to, whatever the task says by now. */
function reviewRunOf(run: RunRecord, { actor }: Reporter): ReviewRun {
  const order = run.packet?.review;
  if (order === undefined) throw new Error('run.review_without_order: a review is claimed with what it judges');
  const { head, base, tree, tip } = order;
  return { id: run.id, workspaceId: run.workspaceId, order: { head, base, tree, tip }, textVersion: run.textVersion, selfReview: run.selfReview, actor };
}
