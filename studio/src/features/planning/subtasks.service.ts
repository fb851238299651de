import { Injectable } from '@nestjs/common';
import { levelsOf, ok, refuse } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { Tx } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { PlansService } from '../plans/index.js';
import type { PlanContext, PlanRecord } from '../plans/index.js';
import { ProjectsService } from '../projects/index.js';
import { TaskTextService } from '../tasks/index.js';
import type { TaskRecord } from '../tasks/index.js';
import { SkillsService } from '../workspaces/index.js';
import { neat } from './domain/neat.js';
import type { TaskText } from './domain/tree.js';
import { branchOf } from './tree-writer.service.js';

export interface NewSubtask extends Pick<TaskText, 'title' | 'description' | 'acceptanceCriteria' | 'skills'> {
  /** It builds on its parent's change, so it waits for the parent. */
  readonly needsParent: boolean;
  /** The run whose agent asked; none when a lead hands the work on. */
  readonly run: string | null;
}

/** Tasks that grow out of tasks while the plan runs. Whether a run may ask for one, and what the parent does about it, is `runs`'. */
@Injectable()
export class SubtasksService {
  constructor(
    private readonly plans: PlansService,
    private readonly projects: ProjectsService,
    private readonly tasks: TaskTextService,
    private readonly skills: SkillsService,
  ) {}

  /** Adds a child to the phase of its parent, behind the others. Refused by a plan that takes no edits, and for skills that nobody could have. */
  async add(tx: Tx, parent: TaskRecord, subtask: NewSubtask, context: PlanContext): Promise<Result<{ readonly id: string; readonly key: string }>> {
    const id = newId();
    // All refusals before the first write: the caller may go on with its transaction and only tell the agent.
    const open = await this.plans.apply(tx, parent.planId, { event: 'edit' }, context);
    if (!open.ok) return open;
    const unknown = await this.unknownSkills(tx, open.value, subtask);
    if (!unknown.ok) return unknown;
    const edited = await this.plans.edit(tx, parent.planId, {}, { made: [id], subtaskOf: parent.id }, context);
    if (!edited.ok) return edited;
    const [taken] = await this.projects.takeTaskNumbers(tx, parent.projectId, 1);
    if (taken === undefined) throw new Error('planning.numbers: one was taken');
    const { title, description, acceptanceCriteria, skills } = neat({ title: subtask.title, description: subtask.description, acceptanceCriteria: subtask.acceptanceCriteria, skills: subtask.skills });
    const siblings = (await this.tasks.ofPlan(tx, parent.planId)).filter(({ phaseId }) => phaseId === parent.phaseId);
    const position = 1 + Math.max(...siblings.map((task) => task.position));
    const { projectId, planId, phaseId, priority } = parent;
    const made = await this.tasks.create(
      tx,
      {
        id, projectId, planId, phaseId, ...taken, title, description, acceptanceCriteria, skills, priority, estimateMinutes: null, position,
        level: subtask.needsParent ? parent.level + 1 : 0, branch: branchOf(taken.key), parentId: parent.id, parentRunId: subtask.run, depth: parent.depth + 1,
      },
      subtask.needsParent ? [parent.id] : [],
      context,
    );
    return made.ok ? ok({ id, key: taken.key }) : made;
  }

  /** Levels follow dependencies; call it after a parent began to wait for its child. */
  async relevel(tx: Tx, planId: string): Promise<void> {
    const tasks = await this.tasks.ofPlan(tx, planId);
    const dependencies = await this.tasks.dependenciesOfPlan(tx, planId);
    const { levelOf } = levelsOf(tasks.map(({ id }) => ({ key: id, dependsOn: dependencies.filter(({ taskId }) => taskId === id).map(({ dependsOn }) => dependsOn) })));
    for (const { id, level } of tasks) {
      const now = levelOf.get(id) ?? level;
      if (now !== level) await this.tasks.place(tx, id, { level: now });
    }
  }

  private async unknownSkills(tx: Tx, plan: PlanRecord, { skills }: NewSubtask): Promise<Result<void>> {
    const known = await this.skills.slugs(tx, plan.workspaceId);
    const unknown = skills.map(({ slug }) => slug).filter((slug) => !known.has(slug));
    if (unknown.length === 0) return ok();
    return refuse('unprocessable', 'skill_unknown', `The workspace has no skill ${unknown.join(', ')}. It has: ${[...known].sort().join(', ') || 'none'}.`);
  }
}
