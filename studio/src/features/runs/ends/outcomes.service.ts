import { Injectable } from '@nestjs/common';
import { Purpose } from '@maestro/protocol';
import type { RunOutcome, Usage } from '@maestro/protocol';
import type { Tx } from '../../../platform/database/index.js';
import { actorOf } from '../../sessions/index.js';
import type { BoundSession } from '../../sessions/index.js';
import type { LockedRun } from '../store/run-locks.js';
import { BudgetsService } from '../work/budgets.service.js';
import { AnalysisOutcomes } from './analysis-outcomes.service.js';
import { PlanOutcomes } from './plan-outcomes.service.js';
import { TaskOutcomes } from './task-outcomes.service.js';

/** What an ended run means for what it worked on. */
@Injectable()
export class Outcomes {
  constructor(
    private readonly ofTasks: TaskOutcomes,
    private readonly ofPlans: PlanOutcomes,
    private readonly ofAnalyses: AnalysisOutcomes,
    private readonly budgets: BudgetsService,
  ) {}

  /**
   * It counts. The caller holds plan, task and run; the run has ended already.
   *
   * @param before what the run had used before this report.
   */
  async apply(tx: Tx, { run, plan, task }: LockedRun, session: BoundSession, outcome: RunOutcome, before: Usage): Promise<void> {
    const by = { session, actor: actorOf(session) };
    if (plan !== undefined && task !== undefined) await this.ofTasks.apply(tx, run, plan, task, outcome, by);
    else if (plan !== undefined) await this.ofPlans.apply(tx, run, plan, outcome, by);
    else if (run.purpose === Purpose.repoAnalysis) await this.ofAnalyses.apply(tx, run, outcome, by);
    // The outcome first: what it used may stop the next step, never the one that is done.
    await this.budgets.check(tx, run, task, before);
  }

  /** It came too late to count. */
  async keep(tx: Tx, { run, plan, task }: LockedRun, session: BoundSession, outcome: RunOutcome): Promise<void> {
    if (plan === undefined || task === undefined || run.purpose === Purpose.implement) return;
    await this.ofTasks.keep(tx, run, plan, task, outcome, { session, actor: actorOf(session) });
  }
}
