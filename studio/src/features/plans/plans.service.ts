import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { EventKind, ok, refuse } from '@maestro/protocol';
import type { NoticeView, PlanNotice, Result } from '@maestro/protocol';
import type { Reader, Tx } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { Events } from '../events/index.js';
import type { ProjectRecord } from '../projects/index.js';
import { BY_ITSELF } from './domain/context.js';
import type { PlanContext } from './domain/context.js';
import type { PlanHappening } from './domain/happening.js';
import { cleared, epicBrokenNotice, raised } from './domain/notices.js';
import type { NewNotice } from './domain/notices.js';
import type { PlanRecord, ReleaseIntent } from './domain/plan.js';
import { stepPlan } from './domain/step.js';
import type { PlanCommand, PlanStep } from './domain/step.js';
import { PlanRuns, PlanTasks } from './plans.ports.js';
import { PlansRepository } from './plans.repository.js';

/**
 * The only writer of a plan's status, notices and branches. One step = one transaction of the caller: decide (pure), write, append
 * events, then ask tasks and runs for what the step means for them.
 */
@Injectable()
export class PlansService {
  /** Plans that a transaction holds by now. */
  private readonly held = new WeakMap<Tx, Set<string>>();

  constructor(
    private readonly plans: PlansRepository,
    private readonly events: Events,
    private readonly modules: ModuleRef,
  ) {}

  /**
   * Applies one happening. Refusals are the table's, with their sentence; a plan that does not exist is `plan_not_found`.
   *
   * @throws Error `plan.impossible` when the table says that this cannot happen.
   */
  async apply(tx: Tx, planId: string, happening: PlanHappening, context: PlanContext): Promise<Result<PlanRecord>> {
    const plan = await this.plans.lock(tx, planId);
    if (plan === undefined) return notFound();
    const step = stepPlan(plan, happening, await this.plans.now(tx));
    if (!step.ok) return step;
    await this.plans.update(tx, planId, step.patch);
    await this.announce(tx, plan, step, happening, context);
    // Written first: what tasks and runs do about it may come back here, and must find the new status.
    for (const command of step.commands) await this.perform(tx, planId, command, context);
    return ok((await this.plans.find(tx, planId)) ?? plan);
  }

  async create(tx: Tx, project: Pick<ProjectRecord, 'id' | 'workspaceId' | 'baseBranch'>, text: { readonly title: string; readonly goal: string }, context: PlanContext): Promise<PlanRecord> {
    const id = newId();
    const { actor } = context;
    await this.plans.insert(tx, { id, projectId: project.id, ...text, baseBranch: project.baseBranch, createdBy: actor.type === 'user' ? actor.id : null });
    await this.events.append(tx, { kind: EventKind.planCreated, actor, workspaceId: project.workspaceId, projectId: project.id, planId: id, payload: { ...text, status: 'draft' } });
    const created = await this.plans.find(tx, id);
    if (created === undefined) throw new Error('plan.vanished: it was inserted in this transaction');
    return created;
  }

  /**
   * Makes a new version of the plan's text or tree, after the table has said that it may be edited.
   *
   * @param summary what changed, for the activity feed.
   */
  async edit(tx: Tx, planId: string, text: { readonly title?: string; readonly goal?: string }, summary: Readonly<Record<string, unknown>>, context: PlanContext): Promise<Result<PlanRecord>> {
    const allowed = await this.apply(tx, planId, { event: 'edit' }, context);
    if (!allowed.ok) return allowed;
    const plan = allowed.value;
    await this.plans.rewrite(tx, planId, { title: text.title ?? plan.title, goal: text.goal ?? plan.goal });
    await this.append(tx, plan, EventKind.planEdited, { version: plan.version + 1, ...summary }, context);
    return ok((await this.plans.find(tx, planId)) ?? plan);
  }

  find(reader: Reader, id: string): Promise<PlanRecord | undefined> {
    return this.plans.find(reader, id);
  }

  /** Holds the plan's row until the transaction ends; taken before any of its tasks and runs. */
  async lock(tx: Tx, id: string): Promise<PlanRecord | undefined> {
    const plan = await this.plans.lock(tx, id);
    this.held.set(tx, (this.held.get(tx) ?? new Set()).add(id));
    return plan;
  }

  /** Makes sure that this transaction holds the plan; asks the database only when it has not been locked here yet. */
  async hold(tx: Tx, id: string): Promise<void> {
    if (this.held.get(tx)?.has(id) !== true) await this.lock(tx, id);
  }

  ofProject(reader: Reader, projectId: string, before: string | undefined, limit: number): Promise<readonly PlanRecord[]> {
    return this.plans.ofProject(reader, projectId, before, limit);
  }

  /** Whether a bootstrap of this project has met a branch that makes every `epic/…` impossible, and nobody has dealt with it. */
  knowsEpicBlocked(reader: Reader, projectId: string): Promise<boolean> {
    return this.plans.knowsEpicBlocked(reader, projectId);
  }

  /** The epic's tip fails the project's commands by itself: landing waits until somebody deals with it. */
  raiseEpicBroken(tx: Tx, planId: string, failure: { readonly tip: string; readonly command: string; readonly output: string; readonly task: string }, context: PlanContext = BY_ITSELF): Promise<void> {
    return this.raise(tx, planId, epicBrokenNotice(failure), context);
  }

  /** A merge landed on it, its tip moved, or the commands changed: what stood against the epic stands no more. */
  clearEpicBroken(tx: Tx, planId: string, context: PlanContext = BY_ITSELF): Promise<void> {
    return this.clear(tx, planId, 'epic_broken', context);
  }

  async raise(tx: Tx, planId: string, notice: NewNotice, context: PlanContext): Promise<void> {
    const plan = await this.plans.lock(tx, planId);
    if (plan === undefined) return;
    const notices = raised(plan.notices, notice, await this.plans.now(tx));
    await this.plans.update(tx, planId, { notices });
    for (const each of notices) if (each.code === notice.code) await this.append(tx, plan, EventKind.planNotice, raisedPayload(each), context);
  }

  async clear(tx: Tx, planId: string, code: PlanNotice, context: PlanContext): Promise<void> {
    const plan = await this.plans.lock(tx, planId);
    if (plan === undefined || !plan.notices.some((notice) => notice.code === code)) return;
    await this.plans.update(tx, planId, { notices: cleared(plan.notices, [code]) });
    await this.append(tx, plan, EventKind.planNotice, { code, standing: false }, context);
  }

  /** The validation commands of a project changed: what was said about a tip under the old ones is void. */
  async commandsChanged(tx: Tx, projectId: string, context: PlanContext): Promise<void> {
    for (const planId of await this.plans.withNotice(tx, projectId, 'epic_broken')) await this.clearEpicBroken(tx, planId, context);
  }

  /** Where the epic branch was last seen. */
  async recordEpicTip(tx: Tx, planId: string, tip: string): Promise<void> {
    await this.plans.update(tx, planId, { epicTip: tip });
  }

  /** A release is about to be pushed; from here on it cannot be cancelled. Gone again with `released`, `base_holds` or `release_failed`. */
  async recordReleaseIntent(tx: Tx, planId: string, intent: ReleaseIntent | null): Promise<void> {
    await this.plans.update(tx, planId, { releaseIntent: intent });
  }

  /** The plan's own next run is not due before then. */
  async backOff(tx: Tx, planId: string, dueAfter: string | null): Promise<void> {
    await this.plans.update(tx, planId, { dueAfter });
  }

  private async announce(tx: Tx, plan: PlanRecord, step: PlanStep, happening: PlanHappening, context: PlanContext): Promise<void> {
    if (step.changed) await this.append(tx, plan, EventKind.planStatus, { from: step.from, to: step.to, because: happening.event }, context);
    for (const code of step.cleared) await this.append(tx, plan, EventKind.planNotice, { code, standing: false }, context);
    for (const notice of step.raised) await this.append(tx, plan, EventKind.planNotice, raisedPayload(notice), context);
  }

  private async perform(tx: Tx, planId: string, command: PlanCommand, context: PlanContext): Promise<void> {
    switch (command.do) {
      case 'queue_drafts':
        return this.tasks.queueDrafts(tx, planId, context);
      case 'cancel_tasks':
        return this.tasks.cancelAll(tx, planId, context);
      case 'withdraw_offers':
        return this.runs.withdrawOffers(tx, planId, context);
      case 'stop_agents':
        return this.runs.hold(tx, planId, 'plan', context);
      case 'remove_plan_reason':
        return this.runs.releaseReason(tx, planId, 'plan', context);
      case 'cancel_plan_runs':
        return this.runs.cancelPlanRuns(tx, planId, context);
    }
  }

  private append(tx: Tx, plan: PlanRecord, kind: EventKind, payload: Readonly<Record<string, unknown>>, { actor, causeRun }: PlanContext): Promise<void> {
    return this.events.append(tx, { kind, actor, workspaceId: plan.workspaceId, projectId: plan.projectId, planId: plan.id, runId: causeRun ?? null, payload });
  }

  // Looked up when needed, not injected: whoever provides them depends on this service.
  private get tasks(): PlanTasks {
    return this.modules.get(PlanTasks, { strict: false });
  }

  private get runs(): PlanRuns {
    return this.modules.get(PlanRuns, { strict: false });
  }
}

function raisedPayload(notice: NoticeView): Readonly<Record<string, unknown>> {
  return { code: notice.code, standing: true, notice };
}

function notFound(): Result<never> {
  return refuse('not_found', 'plan_not_found', 'There is no such plan.');
}
