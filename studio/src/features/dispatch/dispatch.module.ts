import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/index.js';
import { PlansModule } from '../plans/index.js';
import { TaskTakers } from '../planning/index.js';
import { ProjectsModule } from '../projects/index.js';
import { ReviewsModule } from '../reviews/index.js';
import { RunsModule } from '../runs/index.js';
import { SessionsModule } from '../sessions/index.js';
import { TasksModule } from '../tasks/index.js';
import { AnalysisDispatch } from './analysis-dispatch.service.js';
import { CandidatesRepository } from './candidates.repository.js';
import { DispatchController } from './dispatch.controller.js';
import { DispatchFactsRepository } from './dispatch-facts.repository.js';
import { DispatchMetrics } from './dispatch-metrics.js';
import { DispatchLoop } from './dispatch.loop.js';
import { DispatcherService } from './dispatcher.service.js';
import { DueReader } from './due-reader.service.js';
import { FleetReader } from './fleet.service.js';
import { OfferHints } from './offer-hints.js';
import { SpawnQueueService } from './spawn-queue.service.js';
import { TakersOfPlanning } from './takers.service.js';
import { WhyService } from './why.service.js';

@Module({
  imports: [ProjectsModule, PlansModule, TasksModule, SessionsModule, ReviewsModule, RunsModule, CatalogModule],
  controllers: [DispatchController],
  providers: [
    DispatchFactsRepository, CandidatesRepository, FleetReader, DueReader, AnalysisDispatch, DispatchMetrics, DispatcherService, DispatchLoop, WhyService, SpawnQueueService, OfferHints,
    { provide: TaskTakers, useClass: TakersOfPlanning },
  ],
})
export class DispatchModule {}
