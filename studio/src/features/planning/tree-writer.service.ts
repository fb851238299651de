import { Injectable } from '@nestjs/common';
import { PlanNotice, ok } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { Tx } from '../../platform/database/index.js';
import { PlansService } from '../plans/index.js';
import type { PlanContext, PlanRecord } from '../plans/index.js';
import { ProjectsService } from '../projects/index.js';
import { TasksService, TaskTextService } from '../tasks/index.js';
import { changesBetween, isEmpty } from './domain/changes.js';
import type { TreeChanges } from './domain/changes.js';
import type { EditedTree, Tree } from './domain/tree.js';
import { PhasesRepository } from './phases.repository.js';

/** Writes the difference between two trees. A task that refuses its part (it is landing, it is done) refuses the whole edit. */
@Injectable()
export class TreeWriter {
  constructor(
    private readonly phases: PhasesRepository,
    private readonly plans: PlansService,
    private readonly tasks: TasksService,
    private readonly texts: TaskTextService,
    private readonly projects: ProjectsService,
  ) {}

  /** The caller holds the plan's lock and has checked the tree. An edit that changes nothing makes no new version. */
  async write(tx: Tx, plan: PlanRecord, before: Tree, edited: EditedTree, context: PlanContext): Promise<Result<PlanRecord>> {
    const changes = changesBetween(before, edited);
    if (isEmpty(changes)) return ok(plan);
    for (const phase of changes.phases.made) await this.phases.insert(tx, plan.id, phase);
    for (const phase of changes.phases.changed) await this.phases.update(tx, phase);
    const written = await this.writeTasks(tx, plan, changes, context);
    if (!written.ok) return written;
    for (const id of changes.phases.removed) await this.phases.remove(tx, id);
    return this.plans.edit(tx, plan.id, changes.text, summaryOf(changes), context);
  }

  private async writeTasks(tx: Tx, plan: PlanRecord, changes: TreeChanges, context: PlanContext): Promise<Result<void>> {
    const made = await this.make(tx, plan, changes.made, context);
    if (!made.ok) return made;
    for (const { id, fields } of changes.placed) await this.texts.place(tx, id, fields);
    for (const { id, changes: text, choice } of changes.rewritten) {
      const done = await this.texts.editText(tx, id, text, choice, context);
      if (!done.ok) return done;
    }
    // Before the cancellations: who no longer waits for a task that goes must not be blocked by its going.
    for (const { id, dependsOn } of changes.rewired) {
      const done = await this.texts.setDependencies(tx, id, dependsOn, context);
      if (!done.ok) return done;
    }
    for (const id of changes.cancelled) {
      const done = await this.tasks.apply(tx, id, { event: 'cancel' }, context);
      if (!done.ok) return done;
    }
    for (const id of changes.removed) {
      const done = await this.texts.remove(tx, id, context);
      if (!done.ok) return done;
    }
    return ok();
  }

  private async make(tx: Tx, plan: PlanRecord, made: TreeChanges['made'], context: PlanContext): Promise<Result<void>> {
    if (made.length === 0) return ok();
    const numbers = await this.projects.takeTaskNumbers(tx, plan.projectId, made.length);
    for (const { task, place, rank } of made) {
      // Made in the order of their dependencies, numbered in that of the tree: people read keys as an order.
      const taken = numbers[rank];
      if (taken === undefined) throw new Error('planning.numbers: one was taken for each task');
      const { title, description, acceptanceCriteria, skills, priority, estimateMinutes, dependsOn } = task;
      const done = await this.texts.create(
        tx,
        { id: task.id, projectId: plan.projectId, planId: plan.id, ...taken, ...place, title, description, acceptanceCriteria, skills, priority, estimateMinutes, branch: branchOf(taken.key), parentId: null, parentRunId: null, depth: 0 },
        dependsOn,
        context,
      );
      if (!done.ok) return done;
    }
    await this.plans.clear(tx, plan.id, PlanNotice.nothingToRelease, context);
    return ok();
  }
}

/** The branch of a task's lane. The key alone: a title may change, and a branch may not. */
export const branchOf = (key: string): string => `task/${key}`;

/** For the activity feed: how much of what, and which tasks. */
function summaryOf({ text, phases, made, rewritten, placed, rewired, cancelled, removed }: TreeChanges): Readonly<Record<string, unknown>> {
  return {
    plan: Object.keys(text),
    phases: { made: phases.made.length, changed: phases.changed.length, removed: phases.removed.length },
    made: made.map(({ task }) => task.id),
    changed: [...new Set([...rewritten, ...rewired, ...placed].map(({ id }) => id))],
    cancelled,
    removed,
  };
}
