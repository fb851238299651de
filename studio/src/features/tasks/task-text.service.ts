import { Injectable } from '@nestjs/common';
import { ok, refuse } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { Reader, Tx } from '../../platform/database/index.js';
import { Events } from '../events/index.js';
import { PlansService } from '../plans/index.js';
import type { TextChanges } from './domain/happening.js';
import type { TaskPatch, TaskRecord } from './domain/task.js';
import { TasksRepository } from './tasks.repository.js';
import type { Dependency, NewTask } from './tasks.repository.js';
import { TasksService } from './tasks.service.js';
import type { StepContext, TaskApplied } from './tasks.service.js';

/** What planning does to tasks: make them, change their text, order and dependencies. States stay with {@link TasksService}. */
@Injectable()
export class TaskTextService {
  constructor(
    private readonly repository: TasksRepository,
    private readonly tasks: TasksService,
    private readonly plans: PlansService,
    private readonly events: Events,
  ) {}

  /** Makes a task. In an active or paused plan it is queued at once; make its dependencies known first if it has any. */
  async create(tx: Tx, task: NewTask, dependsOn: readonly string[], context: StepContext): Promise<Result<void>> {
    // Few statements: an import makes up to 500 tasks, and the embedded database serves nobody else meanwhile.
    const plan = await this.plans.lock(tx, task.planId);
    await this.repository.insert(tx, task);
    await this.repository.addDependencies(tx, task.id, dependsOn);
    await this.events.append(tx, {
      kind: 'task/created',
      actor: context.actor,
      workspaceId: plan?.workspaceId ?? null,
      projectId: task.projectId,
      planId: task.planId,
      taskId: task.id,
      payload: { key: task.key, title: task.title, status: 'draft', parent: task.parentId },
    });
    if (plan?.status !== 'active' && plan?.status !== 'paused') return ok();
    const activated = await this.tasks.apply(tx, task.id, { event: 'activated' }, context);
    return activated.ok ? ok() : activated;
  }

  /** A new text version. `choice` is what a running agent gets: a new run, the news, or nothing. */
  async editText(tx: Tx, taskId: string, changes: TextChanges, choice: 'restart' | 'tell' | 'keep', context: StepContext): Promise<Result<TaskApplied>> {
    return this.tasks.apply(tx, taskId, { event: 'text_edited', changes, choice }, context);
  }

  /** Replaces what a task waits for. The caller has checked that the plan stays free of cycles. */
  async setDependencies(tx: Tx, taskId: string, dependsOn: readonly string[], context: StepContext): Promise<Result<void>> {
    const applied = await this.tasks.apply(tx, taskId, { event: 'dependencies_edited' }, context);
    if (!applied.ok) return applied;
    await this.repository.setDependencies(tx, taskId, dependsOn);
    if (applied.value.task.status === 'queued') await this.tasks.lookAtDependencies(tx, taskId);
    return ok();
  }

  /** Place, order and what dispatch looks at; nothing that a run would see, so no new text version. */
  async place(tx: Tx, taskId: string, place: Pick<TaskPatch, 'phaseId' | 'position' | 'level' | 'skills' | 'priority' | 'estimateMinutes'>): Promise<void> {
    await this.repository.update(tx, taskId, place);
  }

  /** Deletes a task that never left draft. Any other has a history, which a delete would take away: cancel it instead. */
  async remove(tx: Tx, taskId: string, context: StepContext): Promise<Result<void>> {
    const task = await this.repository.lock(tx, taskId);
    if (task === undefined) return refuse('not_found', 'task_not_found', 'There is no such task.');
    if (task.status !== 'draft') return refuse('conflict', 'not_draft', `${task.key} is no draft any more. Cancel it instead.`);
    const place = await this.repository.locate(tx, taskId);
    await this.repository.remove(tx, taskId);
    await this.events.append(tx, {
      kind: 'task/removed',
      actor: context.actor,
      workspaceId: place?.workspaceId ?? null,
      projectId: task.projectId,
      planId: task.planId,
      taskId,
      payload: { key: task.key, title: task.title },
    });
    return ok();
  }

  ofPlan(reader: Reader, planId: string): Promise<readonly TaskRecord[]> {
    return this.repository.ofPlan(reader, planId);
  }

  dependenciesOfPlan(reader: Reader, planId: string): Promise<readonly Dependency[]> {
    return this.repository.dependenciesOfPlan(reader, planId);
  }
}
