import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/database/index.js';
import { PlansService } from '../../plans/index.js';
import type { PlanRecord } from '../../plans/index.js';
import { TasksService } from '../../tasks/index.js';
import type { TaskRecord } from '../../tasks/index.js';
import type { RunRecord } from '../domain/run.js';
import { RunsRepository } from './runs.repository.js';

/** A run with what it belongs to, all held until the transaction ends. */
export interface LockedRun {
  readonly run: RunRecord;
  readonly plan: PlanRecord | undefined;
  readonly task: TaskRecord | undefined;
}

/** Locks in the one order that every transaction keeps: plan, task, run. */
@Injectable()
export class RunLocks {
  constructor(
    private readonly runs: RunsRepository,
    private readonly plans: PlansService,
    private readonly tasks: TasksService,
  ) {}

  async all(tx: Tx, runId: string): Promise<LockedRun | undefined> {
    const seen = await this.runs.find(tx, runId);
    if (seen === undefined) return undefined;
    // What a run belongs to never changes, so it can be looked up before it is locked.
    const plan = seen.planId === null ? undefined : await this.plans.lock(tx, seen.planId);
    const task = seen.taskId === null ? undefined : await this.tasks.lock(tx, seen.taskId);
    const run = await this.runs.lock(tx, runId);
    return run === undefined ? undefined : { run, plan, task };
  }
}
