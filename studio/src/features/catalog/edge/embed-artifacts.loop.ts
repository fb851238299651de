import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { LoopRunner } from '../../../platform/loops/index.js';
import type { Loop } from '../../../platform/loops/index.js';
import { CatalogService, EMBED_LOOP } from '../catalog.service.js';

/** Trigger: artifacts came in that the embedder has to be asked about, or the sweep; also after another embedder was configured. */
@Injectable()
export class EmbedArtifactsLoop implements Loop {
  readonly name = EMBED_LOOP;
  readonly intervalMs: number;
  readonly runsOn = 'one';

  constructor(
    config: Config,
    loops: LoopRunner,
    private readonly catalog: CatalogService,
  ) {
    this.intervalMs = config.sweepSeconds * 1000;
    loops.register(this);
  }

  tick(signal: AbortSignal): Promise<void> {
    return this.catalog.embedBacklog(signal);
  }
}
