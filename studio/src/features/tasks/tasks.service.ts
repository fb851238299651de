import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ok, refuse } from '@maestro/protocol';
import type { Actor, EventKind, Policy, Result, TaskState } from '@maestro/protocol';
import type { Reader, Tx } from '../../platform/database/index.js';
import { Events } from '../events/index.js';
import { PlansService } from '../plans/index.js';
import { ProjectsService } from '../projects/index.js';
import { CommentsRepository } from './comments.repository.js';
import { authorOf } from './domain/author.js';
import type { TaskCommand } from './domain/effects.js';
import type { TaskHappening } from './domain/happening.js';
import { stepTask } from './domain/step.js';
import type { TaskStep } from './domain/step.js';
import type { TaskPatch, TaskRecord } from './domain/task.js';
import { TaskReviews, TaskRuns } from './tasks.ports.js';
import { TasksRepository } from './tasks.repository.js';

/** On whose behalf a step happens. */
export interface StepContext {
  /** Also the author of comments that the step writes. */
  readonly actor: Actor;
  /** The run whose end or wish caused the step; the step never ends it. */
  readonly causeRun?: string;
}

export interface TaskApplied {
  readonly task: TaskRecord;
  readonly from: TaskState;
  readonly to: TaskState;
  readonly changed: boolean;
  /** The run that caused the step is not wanted any more; its owner must stop it. */
  readonly stopAskingRun: boolean;
  /** The run that caused the step gives its slot back and ends as yielded. */
  readonly yieldRun: boolean;
}

const SYSTEM: StepContext = { actor: { type: 'system', name: 'tasks' } };

/**
 * The only writer of a task's state. One step = one transaction of the caller: decide (pure), write, end runs, append events, and follow
 * up on what the step makes true elsewhere (dependents of a cancelled task, a plan whose last task ended).
 */
@Injectable()
export class TasksService {
  /** Plans of the tasks that a transaction holds by now. */
  private readonly held = new WeakMap<Tx, Map<string, string>>();

  constructor(
    private readonly tasks: TasksRepository,
    private readonly comments: CommentsRepository,
    private readonly plans: PlansService,
    private readonly projects: ProjectsService,
    private readonly events: Events,
    private readonly modules: ModuleRef,
  ) {}

  /**
   * Applies one happening. Refusals are the table's, with their sentence; a task that does not exist is `not_found`.
   *
   * @throws Error `task.impossible` when the table says that this cannot happen.
   */
  async apply(tx: Tx, taskId: string, happening: TaskHappening, context: StepContext): Promise<Result<TaskApplied>> {
    const planId = this.held.get(tx)?.get(taskId) ?? (await this.tasks.planOf(tx, taskId));
    if (planId === undefined) return refuse('not_found', 'task_not_found', 'There is no such task.');
    // Plan first, then the task: every transaction locks in this order.
    await this.plans.hold(tx, planId);
    const task = await this.tasks.lock(tx, taskId);
    if (task === undefined) return refuse('not_found', 'task_not_found', 'There is no such task.');
    const { policy, now } = await this.projects.policyNow(tx, task.projectId);
    const step = stepTask(task, happening, policy, now);
    if (!step.ok) return step;
    const written = await this.write(tx, task, step, happening, context);
    await this.followUp(tx, task, step);
    return ok({
      task: mayHaveGoneOn(step, happening) ? ((await this.tasks.find(tx, taskId)) ?? task) : written,
      from: step.from,
      to: step.to,
      changed: step.changed,
      stopAskingRun: step.commands.some((command) => command.do === 'stop_asking_run'),
      yieldRun: step.commands.some((command) => command.do === 'yield_run'),
    });
  }

  /**
   * Counts a lost run of a live task, and blocks the task at the policy's `maxLost`.
   */
  async countLost(tx: Tx, taskId: string, policy: Policy): Promise<void> {
    const task = await this.tasks.lock(tx, taskId);
    if (task === undefined || task.status === 'done' || task.status === 'cancelled') return;
    await this.tasks.update(tx, taskId, { lostRuns: task.lostRuns + 1 });
    if (task.lostRuns + 1 - task.grantedLost < policy.maxLost) return;
    await this.apply(tx, taskId, { event: 'runs_exhausted', why: `Its runs were lost ${policy.maxLost} times: the machine keeps going away.` }, SYSTEM);
  }

  /** Records what a daemon did that moves no state: an intent granted, a lane taken elsewhere. */
  async note(tx: Tx, taskId: string, patch: Pick<TaskPatch, 'intent' | 'laneSession' | 'head' | 'deltaPaths'>): Promise<void> {
    await this.tasks.update(tx, taskId, patch);
  }

  find(reader: Reader, id: string): Promise<TaskRecord | undefined> {
    return this.tasks.find(reader, id);
  }

  /** Holds the task's row until the transaction ends; the caller holds its plan. */
  async lock(tx: Tx, id: string): Promise<TaskRecord | undefined> {
    const task = await this.tasks.lock(tx, id);
    if (task !== undefined) this.held.set(tx, (this.held.get(tx) ?? new Map<string, string>()).set(id, task.planId));
    return task;
  }

  ofPlan(reader: Reader, planId: string): Promise<readonly TaskRecord[]> {
    return this.tasks.ofPlan(reader, planId);
  }

  private async write(tx: Tx, task: TaskRecord, step: TaskStep, happening: TaskHappening, context: StepContext): Promise<TaskRecord> {
    const written = (await this.tasks.update(tx, task.id, step.patch)) ?? task;
    if (step.changed) {
      const { blockedCode = null, blockedSentence = null } = step.patch;
      await this.announce(tx, task, 'task/status', { from: step.from, to: step.to, because: happening.event, blockedCode, sentence: blockedSentence }, context);
    } else if (Object.keys(step.patch).length > 0) {
      await this.announce(tx, task, 'task/edited', { because: happening.event, fields: Object.keys(step.patch) }, context);
    }
    if (step.endRuns.length > 0) {
      await this.runs.end(tx, task.id, step.endRuns, { except: context.causeRun ?? null, why: endReason(step) });
    }
    for (const command of step.commands) await this.perform(tx, task, command, context);
    const { approval } = step.patch;
    if (happening.event === 'approve' && approval != null) await this.reviews.personApproved(tx, task, approval, happening.note, context.actor);
    return written;
  }

  private async perform(tx: Tx, task: TaskRecord, command: TaskCommand, context: StepContext): Promise<void> {
    switch (command.do) {
      case 'announce':
        return this.announce(tx, task, command.kind, command.payload, context);
      case 'comment':
        return this.comment(tx, task, command.text, command.forAgent, context);
      case 'hold_runs':
        return this.runs.hold(tx, task.id, command.reason, command.question);
      case 'release_wait':
        return this.runs.release(tx, task.id, command.reason);
      case 'restart_runs':
        return this.runs.restart(tx, task.id, command.why);
      case 'steer':
        return this.runs.steer(tx, task.id, command.text);
      case 'notice_epic_broken':
        return this.plans.raiseEpicBroken(tx, task.planId, { tip: command.tip, command: command.command, output: command.output, task: task.key });
      case 'depend':
        return this.tasks.addDependency(tx, task.id, command.on);
      case 'child_depends':
        return this.tasks.addDependency(tx, command.child, task.id);
      case 'drop_cancelled_dependencies':
        return this.tasks.dropCancelledDependencies(tx, task.id);
      case 'waive_cancelled_dependencies':
        return this.tasks.waiveCancelledDependencies(tx, task.id);
      // Answers to the run that asked; it reads them from the result.
      case 'stop_asking_run':
      case 'yield_run':
        return;
    }
  }

  /** Conditions that a step makes true for others. They are looked at here and nowhere else, in the transaction that made them true. */
  private async followUp(tx: Tx, task: TaskRecord, step: TaskStep): Promise<void> {
    if (!step.changed) return;
    if (step.to === 'queued') await this.lookAtDependencies(tx, task.id);
    if (step.to === 'cancelled') for (const dependent of await this.tasks.conditionDependents(tx, task.id)) await this.lookAtDependencies(tx, dependent);
    if (step.to !== 'done' && step.to !== 'cancelled') return;
    const counts = await this.tasks.counts(tx, task.planId);
    if (counts.open === 0) await this.plans.apply(tx, task.planId, { event: 'tasks_ended', anyDone: counts.done > 0 }, SYSTEM);
  }

  /** The condition "depends on a cancelled task": on every entry to queued, and whenever a dependency or the list of them changes. */
  async lookAtDependencies(tx: Tx, taskId: string): Promise<void> {
    const keys = await this.tasks.cancelledDependencies(tx, taskId);
    if (keys.length > 0) await this.apply(tx, taskId, { event: 'dependency_cancelled', keys }, SYSTEM);
  }

  /** Adds a comment and its event. */
  async comment(tx: Tx, task: TaskRecord, text: string, forAgent: boolean, context: StepContext): Promise<void> {
    const author = authorOf(context.actor);
    const id = await this.comments.add(tx, task.id, author, text, forAgent);
    await this.announce(tx, task, 'task/comment', { comment: id, text, forAgent, author }, context);
  }

  // Looked up when needed, not injected: whoever provides it depends on this feature.
  private get runs(): TaskRuns {
    return this.modules.get(TaskRuns, { strict: false });
  }

  private get reviews(): TaskReviews {
    return this.modules.get(TaskReviews, { strict: false });
  }

  private async announce(tx: Tx, task: TaskRecord, kind: EventKind, payload: Readonly<Record<string, unknown>>, context: StepContext): Promise<void> {
    await this.events.append(tx, {
      kind,
      actor: context.actor,
      workspaceId: await this.projects.workspaceOf(tx, task.projectId),
      projectId: task.projectId,
      planId: task.planId,
      taskId: task.id,
      runId: context.causeRun ?? null,
      payload: { key: task.key, ...payload },
    });
  }
}

/** What tells others, or answers, and leaves every row of tasks as it is. */
const LEAVES_TASK: ReadonlySet<TaskCommand['do']> = new Set(['announce', 'stop_asking_run', 'yield_run'] as const);

/** What follows a step may be a step of its own; only then is the task read once more. */
function mayHaveGoneOn(step: TaskStep, happening: TaskHappening): boolean {
  if (step.commands.some((command) => !LEAVES_TASK.has(command.do)) || happening.event === 'approve') return true;
  return step.changed && (step.to === 'queued' || step.to === 'done' || step.to === 'cancelled');
}

function endReason(step: TaskStep): string {
  if (step.to === 'cancelled') return 'The task was cancelled.';
  if (step.to === 'blocked/stopped') return 'A person stopped the task.';
  return `The task moved on to ${step.to.replace('blocked/', 'blocked: ').replaceAll('_', ' ')}.`;
}
