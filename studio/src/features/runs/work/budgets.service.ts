import { Injectable } from '@nestjs/common';
import { EventKind } from '@maestro/protocol';
import type { Usage } from '@maestro/protocol';
import { Database } from '../../../platform/database/index.js';
import type { Tx } from '../../../platform/database/index.js';
import { Events } from '../../events/index.js';
import { PlansService } from '../../plans/index.js';
import { ProjectsService } from '../../projects/index.js';
import { TasksService } from '../../tasks/index.js';
import type { TaskRecord } from '../../tasks/index.js';
import { budgetState, mayStartAnother } from '../domain/budget.js';
import type { Spending } from '../domain/budget.js';
import type { RunRecord } from '../domain/run.js';
import { BudgetsRepository } from '../store/budgets.repository.js';
import { RunLocks } from '../store/run-locks.js';
import { RunQueriesRepository } from '../store/run-queries.repository.js';
import { BY_STUDIO } from '../store/run-steps.js';

/** What tasks and plans may use, held against what their runs have used. */
@Injectable()
export class BudgetsService {
  constructor(
    private readonly database: Database,
    private readonly queries: RunQueriesRepository,
    private readonly budgets: BudgetsRepository,
    private readonly locks: RunLocks,
    private readonly tasks: TasksService,
    private readonly plans: PlansService,
    private readonly projects: ProjectsService,
    private readonly events: Events,
  ) {}

  /** After a run has reported more usage: warns at 80 %, and stops at 100 % of a cap. In a transaction of its own. */
  lookAt(runId: string, before: Usage): Promise<void> {
    return this.database.inTransaction(async (tx) => {
      const locked = await this.locks.all(tx, runId);
      if (locked !== undefined) await this.check(tx, locked.run, locked.task, before);
    });
  }

  /** The same in the caller's transaction, which holds plan and task; the task may have gone on since it was read. */
  async check(tx: Tx, run: RunRecord, task: TaskRecord | undefined, before: Usage): Promise<void> {
    const { budget } = await this.projects.policyOf(tx, run.projectId);
    const grown = growth(before, run.usage);
    if (task !== undefined && Object.keys(budget.task).length > 0) {
      const spent = await this.queries.spendingOfTask(tx, task.id);
      const now = budgetState(spent, budget.task, 'task');
      if (now.level === 'spent') await this.stopTask(tx, task.id, now.sentence);
      else if (now.level === 'warn' && budgetState(less(spent, grown), budget.task, 'task').level === 'ok') await this.warn(tx, run, task, now);
    }
    if (run.planId !== null && Object.keys(budget.plan).length > 0) {
      const now = budgetState(await this.queries.spendingOfPlan(tx, run.planId), budget.plan, 'plan');
      const plan = await this.plans.find(tx, run.planId);
      if (now.level === 'spent' && plan?.status === 'active') await this.plans.apply(tx, run.planId, { event: 'budget_spent', why: now.sentence }, { actor: BY_STUDIO, causeRun: run.id });
    }
  }

  /** A policy changed: whatever its budget stopped and stops no longer goes on by itself. */
  async lookAtRaised(): Promise<void> {
    const { tasks, plans } = await this.database.read((reader) => this.budgets.stopped(reader));
    for (const { id, projectId } of plans) {
      await this.database.inTransaction(async (tx) => {
        const { budget } = await this.projects.policyOf(tx, projectId);
        const spent = await this.queries.spendingOfPlan(tx, id);
        if (budgetState(spent, budget.plan, 'plan').level === 'spent' || !mayStartAnother(spent, budget.plan)) return;
        await this.plans.apply(tx, id, { event: 'budget_raised' }, { actor: BY_STUDIO });
      });
    }
    for (const { id, projectId } of tasks) {
      await this.database.inTransaction(async (tx) => {
        const { budget } = await this.projects.policyOf(tx, projectId);
        const spent = await this.queries.spendingOfTask(tx, id);
        if (budgetState(spent, budget.task, 'task').level === 'spent' || !mayStartAnother(spent, budget.task)) return;
        await this.tasks.apply(tx, id, { event: 'budget_raised' }, { actor: BY_STUDIO });
      });
    }
  }

  private async stopTask(tx: Tx, id: string, why: string): Promise<void> {
    const task = await this.tasks.find(tx, id);
    // Blocked for another reason already, or ended: nothing of it runs that could be stopped.
    if (task === undefined || task.status === 'draft' || task.status === 'blocked' || task.status === 'done' || task.status === 'cancelled') return;
    await this.tasks.apply(tx, task.id, { event: 'budget_spent', why }, { actor: BY_STUDIO });
  }

  private async warn(tx: Tx, run: RunRecord, task: TaskRecord, { share, sentence }: { readonly share: number; readonly sentence: string }): Promise<void> {
    const { workspaceId, projectId, planId } = run;
    await this.events.append(tx, { kind: EventKind.taskBudget, actor: BY_STUDIO, workspaceId, projectId, planId, taskId: task.id, runId: run.id, payload: { key: task.key, level: 'warn', share, sentence } });
  }
}

function growth(before: Usage, now: Usage): Omit<Spending, 'startedRuns'> {
  return {
    tokens: now.inputTokens + now.outputTokens - before.inputTokens - before.outputTokens,
    seconds: now.seconds - before.seconds,
    usd: (now.costUsd ?? 0) - (before.costUsd ?? 0),
  };
}

function less(spent: Spending, grown: Omit<Spending, 'startedRuns'>): Spending {
  return { startedRuns: spent.startedRuns, tokens: spent.tokens - grown.tokens, seconds: spent.seconds - grown.seconds, usd: spent.usd - grown.usd };
}
