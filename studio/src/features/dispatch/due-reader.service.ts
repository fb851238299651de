import { Injectable } from '@nestjs/common';
import { PlanNotice, purposeOf, stageOf } from '@maestro/protocol';
import type { Purpose } from '@maestro/protocol';
import type { Reader } from '../../platform/database/index.js';
import type { Sample } from '../../platform/metrics/index.js';
import { Spendings } from '../runs/index.js';
import { DispatchFactsRepository } from './dispatch-facts.repository.js';
import type { Part, PlanRow, TaskRow } from './dispatch-facts.repository.js';
import { dueFor } from './domain/due.js';
import type { Due, PlanFacts, TaskFacts } from './domain/due.js';
import { ownRunsDue } from './domain/plan-due.js';

/** A task with its plan, and whether it is due. */
export interface JudgedTask {
  readonly row: TaskRow;
  readonly plan: PlanRow;
  readonly due: Due;
  /** Why a budget stops it, where one does. */
  readonly budgetSentence: string | undefined;
  readonly planBudgetSentence: string | undefined;
}

/** Reads the facts and asks the pure rules, the same way for the dispatcher, for `why`, and once more under lock for an offer. */
@Injectable()
export class DueReader {
  constructor(
    private readonly facts: DispatchFactsRepository,
    private readonly spendings: Spendings,
  ) {}

  /** Tasks that may be due, judged. */
  async tasks(reader: Reader, part: Part): Promise<readonly JudgedTask[]> {
    const rows = await this.facts.candidates(reader, part);
    const plans = new Map((await this.facts.plans(reader, [...new Set(rows.map(({ planId }) => planId))])).map((plan) => [plan.id, plan]));
    const planBudgets = new Map<string, string | undefined>();
    const judged: JudgedTask[] = [];
    for (const row of rows) {
      const plan = plans.get(row.planId);
      if (plan === undefined) continue;
      if (!planBudgets.has(plan.id)) planBudgets.set(plan.id, await this.spendings.stopsPlan(reader, plan.id, plan.policy.budget.plan));
      judged.push(await this.judge(reader, row, plan, planBudgets.get(plan.id)));
    }
    return judged;
  }

  /** Seconds until the first rest of a task or grace of a lost run is over; undefined when there is none. */
  nextEnd(reader: Reader): Promise<number | undefined> {
    return this.facts.nextEnd(reader);
  }

  /** How much may be due, by purpose, as samples of a metric. Of tasks it is not asked whether a budget or a person stands in the way. */
  async waiting(reader: Reader): Promise<readonly Sample[]> {
    const counts = new Map<Purpose, number>();
    const add = (purpose: Purpose, count: number): unknown => counts.set(purpose, (counts.get(purpose) ?? 0) + count);
    for (const { status, count } of await this.facts.waiting(reader)) {
      const stage = stageOf(status);
      if (stage !== undefined) add(purposeOf(stage), count);
    }
    for (const { due } of await this.plans(reader)) for (const purpose of due) add(purpose, 1);
    return [...counts].map(([purpose, value]) => ({ labels: [purpose], value }));
  }

  async task(reader: Reader, id: string): Promise<JudgedTask | undefined> {
    const row = await this.facts.task(reader, id);
    const plan = row === undefined ? undefined : await this.facts.plan(reader, row.planId);
    if (row === undefined || plan === undefined) return undefined;
    return this.judge(reader, row, plan, await this.spendings.stopsPlan(reader, plan.id, plan.policy.budget.plan));
  }

  /** Every plan that may have work of its own, with the purposes that are due. */
  async plans(reader: Reader): Promise<readonly { readonly plan: PlanRow; readonly due: readonly Purpose[] }[]> {
    return (await this.facts.plansWithOwnWork(reader)).map((plan) => ({ plan, due: ownDue(plan) }));
  }

  async plan(reader: Reader, id: string): Promise<{ readonly plan: PlanRow; readonly due: readonly Purpose[] } | undefined> {
    const plan = await this.facts.plan(reader, id);
    return plan === undefined ? undefined : { plan, due: ownDue(plan) };
  }

  private async judge(reader: Reader, row: TaskRow, plan: PlanRow, planBudgetSentence: string | undefined): Promise<JudgedTask> {
    const facts = factsOf(row, plan, planBudgetSentence !== undefined, false);
    const due = dueFor(facts);
    // Adding up what a task has used costs a query, so it is asked only of those that would be due.
    const budgetSentence = due.due ? await this.spendings.stopsTask(reader, row.id, plan.policy.budget.task) : undefined;
    return { row, plan, planBudgetSentence, budgetSentence, due: budgetSentence === undefined ? due : dueFor({ ...facts, budgetSpent: true }) };
  }
}

function factsOf(row: TaskRow, plan: PlanRow, planBudgetSpent: boolean, budgetSpent: boolean): TaskFacts {
  return {
    key: row.key,
    status: row.status,
    blockedSentence: row.blockedSentence,
    plan: planFactsOf(plan, row, planBudgetSpent),
    dependencies: row.dependencies,
    runs: row.runs,
    restsSeconds: row.restsSeconds,
    awaitsAcceptanceOf: row.assignee !== null && !row.accepted ? (row.assigneeName ?? 'its assignee') : null,
    startedRuns: row.startedRuns,
    mostRuns: plan.policy.maxTaskRuns + row.grantedRuns,
    budgetSpent,
    pushing: row.pushing,
    approved: row.approved,
  };
}

function planFactsOf({ status, paused, epicReady, epicTip, notices, mergingTask }: PlanRow, row: TaskRow, budgetSpent: boolean): PlanFacts {
  const broken = notices.find(({ code }) => code === PlanNotice.epicBroken);
  const tip = broken?.details?.tip;
  return {
    status,
    paused,
    epicReady,
    bootstrapFailed: notices.some(({ code }) => code === PlanNotice.bootstrapFailed),
    budgetSpent,
    mergingTask,
    // Changed commands clear the notice; what is left to look at is the tip.
    broken: tip === undefined ? null : { unchanged: tip === epicTip, tried: row.triedTips.includes(tip) ? [row.key] : [] },
  };
}

function ownDue(plan: PlanRow): readonly Purpose[] {
  const asked = plan.lastAuthor === 'person' || (plan.lastAuthor === 'studio' && plan.lastKind === 'clarification');
  return ownRunsDue({
    status: plan.status,
    paused: plan.paused !== null,
    epicReady: plan.epicReady,
    bootstrapFailed: plan.notices.some(({ code }) => code === PlanNotice.bootstrapFailed),
    liveRuns: plan.liveRuns,
    restsSeconds: plan.restsSeconds,
    releasePushing: plan.releasePushing,
    architectAsked: asked,
    cleanupLeft: plan.cleanupLeft && (plan.failures.release_cleanup ?? 0) < plan.policy.maxAttempts,
  });
}
