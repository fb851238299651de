import { Global, Module } from '@nestjs/common';
import { PlanRuns } from '../plans/index.js';
import { SessionsModule } from '../sessions/index.js';
import { TaskRuns } from '../tasks/index.js';
import { RunsOfPlans } from './ends/plan-runs.js';
import { RunsOfTasks } from './ends/task-runs.js';
import { RunQueriesRepository } from './store/run-queries.repository.js';
import { RunSteps } from './store/run-steps.js';
import { RunWaiting } from './store/run-waiting.js';
import { RunsRepository } from './store/runs.repository.js';

/**
 * What lower features ask of runs. Apart from `RunsModule`, because that one needs tasks and plans, which need this: here runs are rows
 * with a status, and nothing of what they are about.
 */
@Global()
@Module({
  imports: [SessionsModule],
  providers: [
    RunsRepository, RunQueriesRepository, RunSteps, RunWaiting,
    { provide: TaskRuns, useClass: RunsOfTasks },
    { provide: PlanRuns, useClass: RunsOfPlans },
  ],
  exports: [RunsRepository, RunQueriesRepository, RunSteps, RunWaiting, TaskRuns, PlanRuns],
})
export class RunPortsModule {}
