import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/index.js';
import type { Tx } from '../../../platform/database/index.js';
import { ProjectsService } from '../../projects/index.js';
import { StudioWatch } from '../../sessions/index.js';
import { TasksService } from '../../tasks/index.js';
import { PlanOutcomes } from '../ends/plan-outcomes.service.js';
import { NOW } from '../domain/run.js';
import { mustStep } from '../domain/run-step.js';
import { RunLocks } from '../store/run-locks.js';
import type { LockedRun } from '../store/run-locks.js';
import { RunQueriesRepository } from '../store/run-queries.repository.js';
import { BY_STUDIO, RunSteps } from '../store/run-steps.js';
import { RunsRepository } from '../store/runs.repository.js';

const BATCH = 200;

/** Runs whose lease ran out. Lost is not ended: the work may still come back. */
@Injectable()
export class LossesService {
  constructor(
    private readonly database: Database,
    private readonly watch: StudioWatch,
    private readonly runs: RunsRepository,
    private readonly queries: RunQueriesRepository,
    private readonly locks: RunLocks,
    private readonly steps: RunSteps,
    private readonly tasks: TasksService,
    private readonly projects: ProjectsService,
    private readonly outcomes: PlanOutcomes,
  ) {}

  /** Only while the studios were there to renew leases; each run in a transaction of its own, which looks again. */
  async sweep(signal: AbortSignal): Promise<void> {
    if (!(await this.database.inTransaction((tx) => this.watch.maySweep(tx)))) return;
    for (const id of await this.database.read((reader) => this.queries.expired(reader, BATCH))) {
      if (signal.aborted) return;
      await this.database.inTransaction(async (tx) => {
        const locked = await this.locks.all(tx, id);
        // Renewed, or ended, between the look and the lock.
        if (locked === undefined || !(await this.queries.isExpired(tx, id))) return;
        await this.lose(tx, locked, 'withGrace');
      });
    }
  }

  /** A machine that said hello does not have this run: it is lost without grace, or its grace is over. */
  lackedBy(session: string, runId: string): Promise<void> {
    return this.database.inTransaction(async (tx) => {
      const locked = await this.locks.all(tx, runId);
      if (locked === undefined || locked.run.sessionId !== session) return;
      const { run } = locked;
      if (run.status === 'claimed' || run.status === 'running') return this.lose(tx, locked, 'atOnce');
      const over = mustStep(run.status, 'grace_over', {});
      if (over.effects.includes('stage_may_be_due')) await this.runs.update(tx, run, { graceUntil: null });
    });
  }

  private async lose(tx: Tx, { run, plan, task }: LockedRun, grace: 'withGrace' | 'atOnce'): Promise<void> {
    const policy = await this.projects.policyOf(tx, run.projectId);
    const step = mustStep(run.status, 'lease_expired', {});
    if (!step.changed) return;
    const why = grace === 'withGrace' ? 'Its machine did not renew the lease.' : 'Its machine came back without it.';
    const graceUntil = grace === 'withGrace' ? { seconds: policy.lostGraceSeconds } : null;
    const lost = await this.steps.write(tx, run, step, { because: 'lease_expired', actor: BY_STUDIO, why }, { lostAt: NOW, graceUntil });
    if (task !== undefined) await this.tasks.countLost(tx, task.id, policy);
    else if (plan !== undefined) await this.outcomes.lost(tx, lost, plan);
  }
}
