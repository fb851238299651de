import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { EventKind } from '@maestro/protocol';
import type { Actor, Policy, RunOutcome } from '@maestro/protocol';
import type { Tx } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { Events } from '../events/index.js';
import { PlansService } from '../plans/index.js';
import type { PlanRecord } from '../plans/index.js';
import { ProjectsService } from '../projects/index.js';
import { TasksService } from '../tasks/index.js';
import type { TaskRecord } from '../tasks/index.js';
import { fateOf, landingOf, tipOf } from './domain/landing.js';
import type { MergeOutcome } from './domain/landing.js';
import { MergesRepository } from './merges.repository.js';

/** A merge or release run, as far as this feature needs to know it. */
export interface LandingRun {
  readonly id: string;
  /** On whose word. */
  readonly actor: Actor;
  /** What its packet told it to validate with. */
  readonly commands?: Policy['validationCommands'];
}

export type ReleaseOutcome = Extract<RunOutcome, { kind: 'released' | 'release_refused' | 'not_granted' }>;

/** Landing: which pushes were granted, what became of them, and what that means for task, epic and plan. */
@Injectable()
export class MergesService {
  constructor(
    private readonly merges: MergesRepository,
    private readonly tasks: TasksService,
    private readonly plans: PlansService,
    private readonly projects: ProjectsService,
    private readonly events: Events,
  ) {}

  /** A push is granted: from here on its fate is unknown until somebody has read the branch. The caller holds plan and task. */
  async intend(tx: Tx, of: { readonly run: string; readonly plan: string | null; readonly task: string | null }, { head, tip, commit }: { readonly head: string; readonly tip: string; readonly commit: string }): Promise<void> {
    if (of.plan === null) throw new Error('merges.no_plan: only runs of a plan push');
    await this.merges.intend(tx, { id: newId(), planId: of.plan, taskId: of.task, runId: of.run, tip, commit });
    if (of.task === null) await this.plans.recordReleaseIntent(tx, of.plan, { run: of.run, tip, commit });
    else await this.tasks.note(tx, of.task, { intent: { run: of.run, head, tip, commit } });
  }

  /** A merge run has ended. The caller holds plan and task. */
  async settle(tx: Tx, run: LandingRun, plan: PlanRecord, task: TaskRecord, outcome: MergeOutcome): Promise<void> {
    const context = { actor: run.actor, causeRun: run.id };
    const tip = tipOf(outcome);
    if (tip !== undefined && tip !== plan.epicTip) await this.plans.recordEpicTip(tx, plan.id, tip);
    await this.settleIntents(tx, run, plan, task, outcome);
    const { deltaReview, validationCommands } = await this.projects.policyOf(tx, task.projectId);
    const commandsChanged = run.commands !== undefined && !isDeepStrictEqual(run.commands, validationCommands);
    const landing = landingOf(outcome, { cancelRequested: task.cancelRequestedAt !== null, deltaReview, knownTip: plan.epicTip ?? '', commandsChanged });
    if (landing !== undefined) await this.tasks.apply(tx, task.id, landing, context);
    // A result that passes proves more than a notice that says the tip fails.
    if (outcome.kind === 'merged') await this.plans.clearEpicBroken(tx, plan.id, context);
  }

  /** A release run has ended. */
  async settleRelease(tx: Tx, run: LandingRun, plan: PlanRecord, outcome: ReleaseOutcome): Promise<void> {
    const context = { actor: run.actor, causeRun: run.id };
    switch (outcome.kind) {
      case 'released': {
        const known = await this.merges.landed(tx, plan.id, null, outcome.commit, outcome.found ? 'found' : 'landed', null);
        if (!known) await this.merges.insertFound(tx, { id: newId(), planId: plan.id, taskId: null, runId: run.id, tip: plan.epicTip ?? outcome.commit, commit: outcome.commit }, null);
        await this.plans.apply(tx, plan.id, outcome.found ? { event: 'base_holds', commit: outcome.commit } : { event: 'released', commit: outcome.commit }, context);
        return;
      }
      case 'release_refused': {
        await this.merges.abandon(tx, plan.id, null);
        const { why, sentence, paths, output, command } = outcome;
        await this.plans.apply(tx, plan.id, { event: 'release_failed', why, sentence, details: { paths, output, ...(command === undefined ? {} : { command }) } }, context);
        return;
      }
      case 'not_granted':
        // The plan has moved on, which is why nothing was granted.
        return;
    }
  }

  /**
   * A merge that a run reports too late to count. What landed is read from the epic, and this run was given the right to push exactly
   * that, so the task learns of it.
   */
  async foundLate(tx: Tx, run: LandingRun, plan: PlanRecord, task: TaskRecord, outcome: Extract<MergeOutcome, { kind: 'merged' }>): Promise<boolean> {
    if (!(await this.merges.wasIntended(tx, run.id, outcome.commit))) return false;
    await this.settle(tx, run, plan, task, { ...outcome, found: true });
    return true;
  }

  private async settleIntents(tx: Tx, run: LandingRun, plan: PlanRecord, task: TaskRecord, outcome: MergeOutcome): Promise<void> {
    const fate = fateOf(outcome);
    if (fate.kind === 'keep') return;
    if (fate.kind === 'gone') return this.merges.abandon(tx, plan.id, task.id);
    const cls = outcome.kind === 'merged' ? (outcome.class ?? null) : null;
    const known = await this.merges.landed(tx, plan.id, task.id, fate.commit, fate.found ? 'found' : 'landed', cls);
    const tip = tipOf(outcome) ?? fate.commit;
    if (!known) await this.merges.insertFound(tx, { id: newId(), planId: plan.id, taskId: task.id, runId: run.id, tip, commit: fate.commit }, cls);
    await this.merges.abandon(tx, plan.id, task.id);
    await this.events.append(tx, {
      kind: EventKind.mergeLanded,
      actor: run.actor,
      workspaceId: plan.workspaceId,
      projectId: plan.projectId,
      planId: plan.id,
      taskId: task.id,
      runId: run.id,
      payload: { key: task.key, commit: fate.commit, tip, class: cls, found: fate.found },
    });
  }
}
