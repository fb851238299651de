import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/index.js';
import { PlanTasks } from '../plans/index.js';
import { hasCycle } from './domain/cycle.js';
import { TasksRepository } from './tasks.repository.js';
import { TasksService } from './tasks.service.js';
import type { StepContext } from './tasks.service.js';

/** What plans ask of their tasks; see the port. */
@Injectable()
export class TasksOfPlans extends PlanTasks {
  constructor(
    private readonly repository: TasksRepository,
    private readonly tasks: TasksService,
  ) {
    super();
  }

  counts(tx: Tx, planId: string): Promise<{ readonly total: number; readonly open: number; readonly done: number; readonly cancelled: number }> {
    return this.repository.counts(tx, planId);
  }

  async hasCycle(tx: Tx, planId: string): Promise<boolean> {
    return hasCycle(await this.repository.dependenciesOfPlan(tx, planId));
  }

  async queueDrafts(tx: Tx, planId: string, context: StepContext): Promise<void> {
    for (const task of await this.repository.ofPlan(tx, planId)) {
      if (task.status === 'draft') await this.tasks.apply(tx, task.id, { event: 'activated' }, context);
    }
  }

  async cancelAll(tx: Tx, planId: string, context: StepContext): Promise<void> {
    for (const task of await this.repository.ofPlan(tx, planId)) {
      if (task.status !== 'done' && task.status !== 'cancelled') await this.tasks.apply(tx, task.id, { event: 'cancel' }, context);
    }
  }
}
