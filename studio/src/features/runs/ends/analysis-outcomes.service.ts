import { Injectable } from '@nestjs/common';
import { FailureClass } from '@maestro/protocol';
import type { Actor, RunOutcome } from '@maestro/protocol';
import type { Tx } from '../../../platform/database/index.js';
import { AnalysesService } from '../../catalog/index.js';
import { isFailure } from '../domain/outcome.js';
import type { RunRecord } from '../domain/run.js';

/** Turns the outcome of an analysis run into what happened to the analysis. */
@Injectable()
export class AnalysisOutcomes {
  constructor(private readonly analyses: AnalysesService) {}

  async apply(tx: Tx, run: RunRecord, outcome: RunOutcome, { actor }: { readonly actor: Actor }): Promise<void> {
    if (outcome.kind === 'analysed') return this.analyses.finish(tx, run, outcome, actor);
    if (isFailure(outcome) && !run.late) await this.analyses.fail(tx, run, outcome.sentence, outcome.kind === 'failed' && outcome.class === FailureClass.refused, actor);
  }
}
