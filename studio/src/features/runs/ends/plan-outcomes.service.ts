import { Injectable } from '@nestjs/common';
import { FailureClass, Purpose } from '@maestro/protocol';
import type { Actor, RunOutcome } from '@maestro/protocol';
import type { Tx } from '../../../platform/database/index.js';
import { CatalogService } from '../../catalog/index.js';
import { MergesService } from '../../merges/index.js';
import { PlanMessagesService, PlansService } from '../../plans/index.js';
import type { PlanContext, PlanRecord } from '../../plans/index.js';
import { ProjectsService } from '../../projects/index.js';
import { isFailure } from '../domain/outcome.js';
import type { Failure } from '../domain/outcome.js';
import type { RunRecord } from '../domain/run.js';
import { RunQueriesRepository } from '../store/run-queries.repository.js';
import { BY_STUDIO } from '../store/run-steps.js';
import { BackOffs } from './back-offs.js';
import { ProposalsService } from './proposals.service.js';

/** Turns the outcome of a plan's own run into what happened to the plan. */
@Injectable()
export class PlanOutcomes {
  constructor(
    private readonly queries: RunQueriesRepository,
    private readonly backOffs: BackOffs,
    private readonly plans: PlansService,
    private readonly messages: PlanMessagesService,
    private readonly projects: ProjectsService,
    private readonly merges: MergesService,
    private readonly proposals: ProposalsService,
    private readonly catalog: CatalogService,
  ) {}

  async apply(tx: Tx, run: RunRecord, plan: PlanRecord, outcome: RunOutcome, by: { readonly actor: Actor }): Promise<void> {
    const context: PlanContext = { actor: by.actor, causeRun: run.id };
    if (isFailure(outcome)) return this.failed(tx, run, plan, outcome, context);
    switch (outcome.kind) {
      case 'bootstrapped':
        await this.plans.apply(tx, plan.id, { event: 'bootstrapped', tip: outcome.tip }, context);
        return;
      case 'released':
        await this.catalog.baseMoved(tx, run.projectId, outcome.commit);
        return this.merges.settleRelease(tx, { id: run.id, actor: by.actor }, plan, outcome);
      case 'release_refused':
      case 'not_granted':
        return this.merges.settleRelease(tx, { id: run.id, actor: by.actor }, plan, outcome);
      case 'proposed':
        return this.proposals.take(tx, plan.id, run.id, outcome, context);
      case 'cleaned':
        return;
      default:
        throw new Error(`run.outcome_of_task: ${outcome.kind} does not fit a plan's run`);
    }
  }

  /** A plan's run was lost: a machine that keeps vanishing must not go on for ever. The caller holds plan and run. */
  async lost(tx: Tx, run: RunRecord, plan: PlanRecord): Promise<void> {
    const { maxLost } = await this.projects.policyOf(tx, run.projectId);
    if ((await this.queries.lostOfPlan(tx, plan.id, run.purpose, plan.attemptsSince)) < maxLost) return;
    await this.exhausted(tx, run, plan, `Its runs were lost ${maxLost} times: the machine keeps going away.`, false, { actor: BY_STUDIO, causeRun: run.id });
  }

  private async failed(tx: Tx, run: RunRecord, plan: PlanRecord, failure: Failure, context: PlanContext): Promise<void> {
    if (run.late) return;
    const { maxAttempts } = await this.projects.policyOf(tx, run.projectId);
    const failures = await this.queries.failures(tx, run, await this.since(tx, run, plan));
    // What the machine declined it would decline again: a branch is in the way, a right is missing.
    const isHopeless = failure.kind === 'failed' && failure.class === FailureClass.refused && run.purpose !== Purpose.plan;
    if (failures >= maxAttempts || isHopeless) return this.exhausted(tx, run, plan, failure.sentence, isHopeless, context);
    await this.plans.backOff(tx, plan.id, await this.backOffs.dueAfter(tx, failures));
  }

  private async exhausted(tx: Tx, run: RunRecord, plan: PlanRecord, sentence: string, epicBlocked: boolean, context: PlanContext): Promise<void> {
    switch (run.purpose) {
      case Purpose.bootstrapEpic:
        if (plan.status === 'active' || plan.status === 'paused') await this.plans.apply(tx, plan.id, { event: 'bootstrap_exhausted', sentence, epicBlocked }, context);
        return;
      case Purpose.release:
        // While a push is of unknown fate somebody has to go on reading the base; it is only done less and less often.
        if (plan.releaseIntent !== null) return this.plans.backOff(tx, plan.id, await this.backOffs.dueAfter(tx, 10));
        await this.plans.apply(tx, plan.id, { event: 'release_failed', why: 'run_exhausted', sentence, details: {} }, context);
        return;
      case Purpose.plan:
        await this.messages.add(tx, plan.id, { kind: 'message', author: 'studio', text: `The architect could not answer: ${sentence} Say it again to try once more.`, runId: run.id }, context);
        return;
      default:
        return;
    }
  }

  /** An architect's attempts count from the last thing a person said; the plan's other runs from when they were last asked for. */
  private async since(tx: Tx, run: RunRecord, plan: PlanRecord): Promise<string> {
    if (run.purpose !== Purpose.plan) return plan.attemptsSince;
    return (await this.messages.all(tx, plan.id)).findLast(({ author }) => author === 'person')?.at ?? plan.createdAt;
  }
}
