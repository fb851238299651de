import { Injectable } from '@nestjs/common';
import { ok, Purpose, refuse } from '@maestro/protocol';
import type { METHODS, Result } from '@maestro/protocol';
import type { z } from 'zod';
import type { Tx } from '../../../platform/database/index.js';
import { CatalogService } from '../../catalog/index.js';
import type { BoundSession } from '../../sessions/index.js';
import { holds } from '../domain/report.js';
import type { RunRecord } from '../domain/run.js';
import { heldAs, notFound, stale } from '../offers/claims.service.js';
import type { Held } from '../offers/claims.service.js';
import { RunsRepository } from '../store/runs.repository.js';

type Params<M extends keyof typeof METHODS> = z.output<(typeof METHODS)[M]['params']>;

/** What an analysis run hands in before it ends. Unlike an outcome it is refused under a stale epoch: another run hands in the same anew. */
@Injectable()
export class CatalogParts {
  constructor(
    private readonly runs: RunsRepository,
    private readonly catalog: CatalogService,
  ) {}

  async manifest(tx: Tx, session: BoundSession, held: Held, { commit, files }: Pick<Params<'catalogManifest'>, 'commit' | 'files'>): Promise<Result<{ readonly wanted: readonly string[] }>> {
    const run = await this.held(tx, session, held);
    return run.ok ? ok({ wanted: await this.catalog.announce(tx, run.value, commit, files) }) : run;
  }

  async upload(tx: Tx, session: BoundSession, held: Held, { files }: Pick<Params<'catalogUpload'>, 'files'>): Promise<Result<{ readonly stored: number }>> {
    const run = await this.held(tx, session, held);
    return run.ok ? this.catalog.take(tx, run.value, files) : run;
  }

  private async held(tx: Tx, session: BoundSession, { run: runId, epoch }: Held): Promise<Result<RunRecord>> {
    const run = await this.runs.lock(tx, runId);
    if (run === undefined || run.projectId !== session.projectId) return notFound();
    if (!holds(heldAs(run), { session: session.id, epoch })) return stale();
    if (run.purpose !== Purpose.repoAnalysis) return refuse('unprocessable', 'wrong_purpose', 'Only a repo_analysis run hands in parts of the catalog.');
    return ok(run);
  }
}
