import { Injectable } from '@nestjs/common';
import { AnalysisView, EventKind, ok, refuse } from '@maestro/protocol';
import type { Actor, Analysed, Result } from '@maestro/protocol';
import type { Access } from '../../platform/access/index.js';
import { Database } from '../../platform/database/index.js';
import type { Reader, Tx } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { Events } from '../events/index.js';
import { ProjectsService } from '../projects/index.js';
import { SessionViews } from '../sessions/index.js';
import { WorkspacesService } from '../workspaces/index.js';
import { CatalogService } from './catalog.service.js';
import type { AnalysingRun } from './catalog.service.js';
import { nextStep, statusOf } from './domain/analysis.js';
import type { AnalysisRecord, NextStep } from './domain/analysis.js';
import { AnalysesRepository } from './store/analyses.repository.js';

/** An analysis that may be due. */
export interface OpenAnalysis extends Pick<AnalysisRecord, 'id' | 'workspaceId' | 'projectId' | 'sessionId' | 'requestedAt'> {
  readonly next: NextStep;
  readonly failures: number;
}

const BY_STUDIO: Actor = { type: 'system', name: 'catalog' };

/** Analyses of repositories: asked for by a person, done by a run, ended by its outcome. */
@Injectable()
export class AnalysesService {
  constructor(
    private readonly database: Database,
    private readonly analyses: AnalysesRepository,
    private readonly catalog: CatalogService,
    private readonly projects: ProjectsService,
    private readonly workspaces: WorkspacesService,
    private readonly sessions: SessionViews,
    private readonly events: Events,
  ) {}

  /** Asks for one. While one is open, that one is the answer: what it reads is newer than the question. */
  async start(access: Access, projectId: string, session: string | undefined): Promise<Result<AnalysisView>> {
    if (session !== undefined) {
      const found = await this.sessions.get(session);
      if (!found.ok) return found;
      if (found.value.projectId !== projectId) return refuse('unprocessable', 'session_of_other_project', 'This session is connected to another project. Name one of this project, or none.');
    }
    return this.database.inTransaction(async (tx) => {
      const { workspaceId, caller } = access;
      const id = newId();
      const isNew = await this.analyses.insert(tx, { id, workspaceId, projectId, sessionId: session ?? null, requestedBy: caller.userId });
      if (isNew) await this.events.append(tx, { kind: EventKind.analysisStatus, actor: await this.workspaces.actorOf(tx, access), workspaceId, projectId, payload: { analysis: id, status: 'waiting' } });
      return this.latestView(tx, projectId);
    });
  }

  latest(projectId: string): Promise<Result<AnalysisView>> {
    return this.database.read((reader) => this.latestView(reader, projectId));
  }

  /** For dispatch. */
  async open(reader: Reader): Promise<readonly OpenAnalysis[]> {
    const open = await this.analyses.open(reader);
    return Promise.all(open.map((analysis) => this.opened(reader, analysis)));
  }

  /** The same for one project, held until the transaction ends. */
  async lockOpen(tx: Tx, projectId: string): Promise<OpenAnalysis | undefined> {
    const analysis = await this.analyses.lockOpen(tx, projectId);
    return analysis === undefined ? undefined : this.opened(tx, analysis);
  }

  /** A person cancelled its run. */
  async stopped(tx: Tx, projectId: string): Promise<void> {
    const analysis = await this.analyses.lockOpen(tx, projectId);
    if (analysis !== undefined) await this.end(tx, analysis, 'failed', 'Its run was cancelled.', null, BY_STUDIO);
  }

  /** Its run came back with everything. The caller holds the run. */
  async finish(tx: Tx, run: AnalysingRun, outcome: Analysed, actor: Actor): Promise<void> {
    const analysis = await this.analyses.lockOpen(tx, run.projectId);
    // An older run that came late: a newer one has ended the analysis already.
    if (analysis === undefined) return;
    const incomplete = await this.catalog.settle(tx, run, outcome, actor);
    const { report, commit } = outcome;
    if (incomplete !== undefined) return this.end(tx, analysis, 'failed', `${incomplete} Analyse again.`, run.id, actor);
    await this.end(tx, analysis, 'done', `${report.files} files, ${report.artifacts} artifacts at ${commit.slice(0, 12)}.`, run.id, actor, outcome);
  }

  /** Its run came to nothing: another one is made until the policy's attempts are used up. */
  async fail(tx: Tx, run: AnalysingRun, sentence: string, isHopeless: boolean, actor: Actor): Promise<void> {
    const analysis = await this.analyses.lockOpen(tx, run.projectId);
    if (analysis === undefined) return;
    const { maxAttempts } = await this.projects.policyOf(tx, run.projectId);
    if (isHopeless || (await this.analyses.failures(tx, analysis)) >= maxAttempts) await this.end(tx, analysis, 'failed', sentence, run.id, actor);
  }

  private async opened(reader: Reader, analysis: AnalysisRecord): Promise<OpenAnalysis> {
    const { id, workspaceId, projectId, sessionId, requestedAt } = analysis;
    return { id, workspaceId, projectId, sessionId, requestedAt, next: nextStep(await this.analyses.run(reader, analysis)), failures: await this.analyses.failures(reader, analysis) };
  }

  private async end(tx: Tx, { id, workspaceId, projectId }: AnalysisRecord, status: 'done' | 'failed', sentence: string, runId: string | null, actor: Actor, outcome?: Analysed): Promise<void> {
    await this.analyses.end(tx, id, { status, sentence, runId, commit: outcome?.commit ?? null, report: outcome?.report ?? null });
    await this.events.append(tx, { kind: EventKind.analysisStatus, actor, workspaceId, projectId, runId, payload: { analysis: id, status, sentence } });
  }

  private async latestView(reader: Reader, projectId: string): Promise<Result<AnalysisView>> {
    const analysis = await this.analyses.latest(reader, projectId);
    if (analysis === undefined) return refuse('not_found', 'never_analysed', 'This repository was never analysed. Ask for an analysis while a machine is connected to this project.');
    const run = analysis.status === 'open' ? await this.analyses.run(reader, analysis) : undefined;
    const { sessionId: session, runId, sentence, ...rest } = analysis;
    const status = statusOf(analysis, run);
    const waiting = 'No machine has taken it yet. It needs one that is connected to this project and whose member may analyse.';
    return ok(AnalysisView.parse({ ...rest, session, run: runId ?? run?.id ?? null, status, sentence: status === 'waiting' ? waiting : status === 'running' ? 'A machine is at it.' : sentence }));
  }
}
