import { Injectable } from '@nestjs/common';
import { Purpose } from '@maestro/protocol';
import type { Policy } from '@maestro/protocol';
import { Database, databaseNow } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { AnalysesService } from '../catalog/index.js';
import type { OpenAnalysis } from '../catalog/index.js';
import { ProjectsService } from '../projects/index.js';
import { OffersService } from '../runs/index.js';
import { DispatchFactsRepository } from './dispatch-facts.repository.js';
import type { Match } from './domain/match.js';
import { FleetReader } from './fleet.service.js';
import type { Fleet } from './fleet.service.js';
import { explanationOf, wantedByAnalysis } from './wanted.js';

/** Makes runs for analyses that were asked for. They belong to a project and to no plan, so nothing of a plan's rules applies to them. */
@Injectable()
export class AnalysisDispatch {
  constructor(
    private readonly database: Database,
    private readonly analyses: AnalysesService,
    private readonly projects: ProjectsService,
    private readonly facts: DispatchFactsRepository,
    private readonly fleets: FleetReader,
    private readonly offers: OffersService,
  ) {}

  /** Every analysis that may have a run now, or that is to end because its run was cancelled. */
  async due(): Promise<readonly OpenAnalysis[]> {
    return this.database.read(async (reader) => {
      const open = (await this.analyses.open(reader)).filter(({ next }) => next !== 'wait');
      const paused = await this.facts.pausedProjects(reader, open.map(({ projectId }) => projectId));
      return open.filter(({ projectId, next }) => next === 'stopped' || !paused.includes(projectId));
    });
  }

  async offer(analysis: OpenAnalysis): Promise<void> {
    const { projectId } = analysis;
    if (analysis.next === 'stopped') return this.database.inTransaction((tx) => this.analyses.stopped(tx, projectId));
    const { fleet, policy, at } = await this.database.read(async (reader) => ({
      fleet: await this.fleets.of(reader, [projectId]),
      policy: await this.projects.policyOf(reader, projectId),
      at: (await databaseNow(reader)).toISOString(),
    }));
    const found = fleet.match(wantedByAnalysis(analysis, policy, fleet));
    if (found.chosen !== null) await this.give(analysis, policy, found, fleet, at);
  }

  /** Under lock it is looked at once more: another studio may have been first. */
  private give({ projectId, workspaceId }: OpenAnalysis, policy: Policy, found: Match, fleet: Fleet, at: string): Promise<void> {
    return this.database.inTransaction(async (tx) => {
      const now = await this.analyses.lockOpen(tx, projectId);
      if (found.chosen === null || now?.next !== 'offer') return;
      const of = { workspaceId, projectId, planId: null, taskId: null, purpose: Purpose.repoAnalysis, stage: null, revision: 0, repair: 0, textVersion: 1, readOnly: false };
      const by = { sessionId: found.chosen.session, agent: fleet.agentFor(found.chosen.session, Purpose.repoAnalysis), selfReview: false, match: explanationOf(found, at), trace: null };
      await this.offers.offer(tx, { id: newId(), ...of, ...by, attempt: now.failures + 1 }, policy.concurrency);
    });
  }
}
