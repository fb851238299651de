import { Injectable } from '@nestjs/common';
import { LIVE_RUN_STATES, Purpose } from '@maestro/protocol';
import type { Tx } from '../../../platform/database/index.js';
import { PlanRuns } from '../../plans/index.js';
import type { PlanContext } from '../../plans/index.js';
import type { RunRecord } from '../domain/run.js';
import { mustStep } from '../domain/run-step.js';
import { RunSteps } from '../store/run-steps.js';
import { RunWaiting } from '../store/run-waiting.js';
import { RunsRepository } from '../store/runs.repository.js';

/** The conversation with the architect goes on while the plan is paused: nothing it does touches the repository. */
const mindsPause = ({ purpose }: RunRecord): boolean => purpose !== Purpose.plan;

/** What plans ask of their runs; see the port. The caller holds the plan. */
@Injectable()
export class RunsOfPlans extends PlanRuns {
  constructor(
    private readonly runs: RunsRepository,
    private readonly steps: RunSteps,
    private readonly waiting: RunWaiting,
  ) {
    super();
  }

  async withdrawOffers(tx: Tx, planId: string, { actor }: PlanContext): Promise<void> {
    for (const run of await this.runs.lockOfPlan(tx, planId, ['dispatched', 'waiting'], 'all')) {
      if (!mindsPause(run)) continue;
      const step = mustStep(run.status, 'plan_paused', {});
      if (step.effects.includes('add_reason')) await this.waiting.add(tx, run, 'plan', actor);
      else await this.steps.write(tx, run, step, { because: 'plan_paused', actor, why: 'The plan was paused.' });
    }
  }

  async hold(tx: Tx, planId: string, reason: 'plan'): Promise<void> {
    for (const run of await this.runs.lockOfPlan(tx, planId, ['claimed', 'running', 'waiting', 'lost'], 'all')) {
      if (mindsPause(run)) await this.waiting.ask(tx, run, reason);
    }
  }

  async releaseReason(tx: Tx, planId: string, reason: 'plan', { actor }: PlanContext): Promise<void> {
    for (const run of await this.runs.lockOfPlan(tx, planId, ['claimed', 'running', 'waiting', 'lost'], 'all')) await this.waiting.remove(tx, run, [reason], actor);
  }

  async cancelPlanRuns(tx: Tx, planId: string, { actor, causeRun }: PlanContext): Promise<void> {
    for (const run of await this.runs.lockOfPlan(tx, planId, LIVE_RUN_STATES, 'own')) {
      if (run.id === causeRun) continue;
      // The plan's table has asked whether it is too late; here it is not.
      await this.steps.write(tx, run, mustStep(run.status, 'cancel', { pushing: false }), { because: 'cancel', actor, why: 'The plan no longer wants it.' });
    }
  }
}
