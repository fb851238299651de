import { Injectable } from '@nestjs/common';
import { phaseStatus } from '@maestro/protocol';
import type { PhaseView, PlanTree } from '@maestro/protocol';
import type { Reader } from '../../platform/database/index.js';
import { planView } from '../plans/index.js';
import type { PlanRecord } from '../plans/index.js';
import { taskView, TaskTextService } from '../tasks/index.js';
import type { TaskRecord } from '../tasks/index.js';
import type { Tree } from './domain/tree.js';
import { PhasesRepository } from './phases.repository.js';
import type { PhaseRow } from './phases.repository.js';

interface Stored {
  readonly phases: readonly PhaseRow[];
  readonly tasks: readonly TaskRecord[];
  readonly dependsOn: ReadonlyMap<string, readonly string[]>;
}

/** Reads a plan's tree: for the wire, and for whoever edits it. */
@Injectable()
export class TreeReader {
  constructor(
    private readonly phases: PhasesRepository,
    private readonly tasks: TaskTextService,
  ) {}

  /** The tree as the wire shows it. Read `plan` before this: a tree newer than its version only costs a conflict, an older one an edit. */
  async view(reader: Reader, plan: PlanRecord): Promise<PlanTree> {
    const { phases, tasks, dependsOn } = await this.stored(reader, plan.id);
    return {
      ...planView(plan),
      phases: phases.map((phase) => phaseView(phase, tasks)),
      tasks: tasks.map((task) => taskView(task, dependsOn.get(task.id) ?? [])),
    };
  }

  /** The tree as `domain/` edits it. */
  async tree(reader: Reader, plan: PlanRecord): Promise<Tree> {
    const { phases, tasks, dependsOn } = await this.stored(reader, plan.id);
    return {
      title: plan.title,
      goal: plan.goal,
      phases: phases.map(({ id, title }) => ({ id, title, tasks: tasks.filter(({ phaseId }) => phaseId === id).map((task) => treeTask(task, dependsOn.get(task.id) ?? [])) })),
    };
  }

  private async stored(reader: Reader, planId: string): Promise<Stored> {
    const phases = await this.phases.ofPlan(reader, planId);
    const tasks = await this.tasks.ofPlan(reader, planId);
    const dependsOn = new Map<string, string[]>();
    for (const { taskId, dependsOn: other } of await this.tasks.dependenciesOfPlan(reader, planId)) {
      const list = dependsOn.get(taskId);
      if (list === undefined) dependsOn.set(taskId, [other]);
      else list.push(other);
    }
    return { phases, tasks, dependsOn };
  }
}

function treeTask({ id, key, status, title, description, acceptanceCriteria, skills, priority, estimateMinutes, phaseId, position, level }: TaskRecord, dependsOn: readonly string[]): Tree['phases'][number]['tasks'][number] {
  return { id, key, status, title, description, acceptanceCriteria, skills, priority, estimateMinutes, dependsOn, stored: { phaseId, position, level } };
}

function phaseView({ id, position, title }: PhaseRow, tasks: readonly TaskRecord[]): PhaseView {
  const status = phaseStatus(tasks.filter(({ phaseId }) => phaseId === id).map((task) => task.status));
  // The brands of ids exist in the compiler only; rows hold the same UUIDs.
  return { id, position, title, status } as unknown as PhaseView;
}
