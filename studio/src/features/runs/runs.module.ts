import { Module } from '@nestjs/common';
import { ScopeLocator } from '../../platform/access/index.js';
import { CatalogModule } from '../catalog/index.js';
import { ChangesModule } from '../changes/index.js';
import { MergesModule } from '../merges/index.js';
import { PlanningModule } from '../planning/index.js';
import { PlanRuns, PlansModule } from '../plans/index.js';
import { ProjectsModule } from '../projects/index.js';
import { ReviewsModule } from '../reviews/index.js';
import { SessionRuns, SessionsModule } from '../sessions/index.js';
import { TaskRuns, TasksModule } from '../tasks/index.js';
import { CliRunsController } from './edge/cli-runs.controller.js';
import { RunActions } from './edge/run-actions.service.js';
import { RunCalls } from './edge/run-calls.service.js';
import { RunViews } from './edge/run-views.service.js';
import { RunsController } from './edge/runs.controller.js';
import { RunsRpc } from './edge/runs.rpc.js';
import { TaskOffersRpc } from './edge/task-offers.rpc.js';
import { AnalysisOutcomes } from './ends/analysis-outcomes.service.js';
import { BackOffs } from './ends/back-offs.js';
import { FinishesService } from './ends/finishes.service.js';
import { Outcomes } from './ends/outcomes.service.js';
import { PlanOutcomes } from './ends/plan-outcomes.service.js';
import { RunsOfPlans } from './ends/plan-runs.js';
import { ProposalsService } from './ends/proposals.service.js';
import { TaskOutcomes } from './ends/task-outcomes.service.js';
import { RunsOfTasks } from './ends/task-runs.js';
import { LeaseSweepLoop } from './leases/lease-sweep.loop.js';
import { LossesService } from './leases/losses.service.js';
import { ReturnsService } from './leases/returns.service.js';
import { RunsOfSessions } from './leases/session-runs.js';
import { WaitResumeLoop } from './leases/wait-resume.loop.js';
import { ClaimsService } from './offers/claims.service.js';
import { OffersService } from './offers/offers.service.js';
import { Packets } from './offers/packets.service.js';
import { BudgetsRepository } from './store/budgets.repository.js';
import { CallerSessions } from './store/caller-sessions.repository.js';
import { PacketRepository } from './store/packet.repository.js';
import { RunEventsRepository } from './store/run-events.repository.js';
import { RunLocks } from './store/run-locks.js';
import { RunMetrics } from './store/run-metrics.js';
import { OfferRoomRepository } from './store/offer-room.repository.js';
import { RunQueriesRepository } from './store/run-queries.repository.js';
import { RunSteps } from './store/run-steps.js';
import { RunViewsRepository } from './store/run-views.repository.js';
import { RunWaiting } from './store/run-waiting.js';
import { RunsRepository } from './store/runs.repository.js';
import { SubtaskCountRepository } from './store/subtask-count.repository.js';
import { WaitsRepository } from './store/waits.repository.js';
import { BudgetsService } from './work/budgets.service.js';
import { CatalogParts } from './work/catalog-parts.service.js';
import { ChangeParts } from './work/change-parts.service.js';
import { JournalService } from './work/journal.service.js';
import { PushesService } from './work/pushes.service.js';
import { RunSubtasks } from './work/run-subtasks.service.js';
import { Spendings } from './work/spendings.service.js';
import { WaitsService } from './work/waits.service.js';

const STORE = [
  RunsRepository, RunQueriesRepository, OfferRoomRepository, RunMetrics, RunSteps, RunWaiting, RunLocks, BudgetsRepository, CallerSessions, PacketRepository, RunEventsRepository, RunViewsRepository,
  SubtaskCountRepository, WaitsRepository,
];
const WORK = [OffersService, ClaimsService, Packets, JournalService, PushesService, WaitsService, BudgetsService, RunSubtasks, Spendings, CatalogParts, ChangeParts];
const ENDS = [AnalysisOutcomes, BackOffs, FinishesService, Outcomes, TaskOutcomes, PlanOutcomes, ProposalsService];
const LEASES = [LossesService, ReturnsService, LeaseSweepLoop, WaitResumeLoop];
/** What lower features ask of runs; they look these up when they need them. */
const PORTS = [{ provide: SessionRuns, useClass: RunsOfSessions }, { provide: TaskRuns, useClass: RunsOfTasks }, { provide: PlanRuns, useClass: RunsOfPlans }];
const EDGE = [RunActions, RunCalls, RunViews, RunsRpc, TaskOffersRpc];

@Module({
  imports: [ProjectsModule, PlansModule, TasksModule, SessionsModule, PlanningModule, ReviewsModule, MergesModule, CatalogModule, ChangesModule],
  controllers: [RunsController, CliRunsController],
  providers: [...STORE, ...WORK, ...ENDS, ...LEASES, ...PORTS, ...EDGE],
  exports: [OffersService, RunViews, Spendings],
})
export class RunsModule {
  constructor(scopes: ScopeLocator, runs: RunsRepository) {
    scopes.register('run', (reader, id) => runs.locate(reader, id));
  }
}
