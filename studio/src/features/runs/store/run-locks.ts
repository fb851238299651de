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

/** Of so many runs it is remembered what they belong to: those that are at work, and some more. */
const REMEMBERED = 10_000;

interface Belongs {
  readonly planId: string | null;
  readonly taskId: string | null;
}

/** Locks in the one order that every transaction keeps: plan, task, run. */
@Injectable()
export class RunLocks {
  /** By run, the one that was asked for first in front. */
  private readonly known = new Map<string, Belongs>();

  constructor(
    private readonly runs: RunsRepository,
    private readonly plans: PlansService,
    private readonly tasks: TasksService,
  ) {}

  async all(tx: Tx, runId: string): Promise<LockedRun | undefined> {
    const seen = await this.belongs(tx, runId);
    if (seen === undefined) return undefined;
    const plan = seen.planId === null ? undefined : await this.plans.lock(tx, seen.planId);
    const task = seen.taskId === null ? undefined : await this.tasks.lock(tx, seen.taskId);
    const run = await this.runs.lock(tx, runId);
    return run === undefined ? undefined : { run, plan, task };
  }

  /** It never changes, so it can be looked up before the run is locked, and only once. */
  private async belongs(tx: Tx, runId: string): Promise<Belongs | undefined> {
    const known = this.known.get(runId);
    if (known !== undefined) return known;
    const run = await this.runs.find(tx, runId);
    if (run === undefined) return undefined;
    const { planId, taskId } = run;
    const [first] = this.known.keys();
    if (first !== undefined && this.known.size >= REMEMBERED) this.known.delete(first);
    this.known.set(runId, { planId, taskId });
    return { planId, taskId };
  }
}
