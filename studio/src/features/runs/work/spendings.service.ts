import { Injectable } from '@nestjs/common';
import type { Budget } from '@maestro/protocol';
import type { Reader } from '../../../platform/database/index.js';
import { budgetState, mayStartAnother } from '../domain/budget.js';
import { RunQueriesRepository } from '../store/run-queries.repository.js';

/** Whether a budget leaves room for one more run; for whoever makes runs. */
@Injectable()
export class Spendings {
  constructor(private readonly queries: RunQueriesRepository) {}

  /** Why no further run may start, as a sentence; undefined when one may. */
  async stopsTask(reader: Reader, taskId: string, budget: Budget): Promise<string | undefined> {
    return Object.keys(budget).length === 0 ? undefined : stop(await this.queries.spendingOfTask(reader, taskId), budget, 'task');
  }

  async stopsPlan(reader: Reader, planId: string, budget: Budget): Promise<string | undefined> {
    return Object.keys(budget).length === 0 ? undefined : stop(await this.queries.spendingOfPlan(reader, planId), budget, 'plan');
  }
}

function stop(spent: Parameters<typeof budgetState>[0], budget: Budget, whose: 'task' | 'plan'): string | undefined {
  if (!mayStartAnother(spent, budget)) return `The budget of this ${whose} is spent: ${spent.startedRuns} of ${budget.runs ?? 0} runs.`;
  const { level, sentence } = budgetState(spent, budget, whose);
  return level === 'spent' ? sentence : undefined;
}
