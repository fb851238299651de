import { Injectable } from '@nestjs/common';
import { Config } from '../../config/index.js';
import { LoopRunner } from '../../platform/loops/index.js';
import type { Loop } from '../../platform/loops/index.js';
import { StudioWatch } from './studio-watch.service.js';

/** Trigger: time, in every studio. Says that a studio is alive, so that leases may run. */
@Injectable()
export class StudioBeatLoop implements Loop {
  readonly name = 'sessions.studio-beat';
  readonly intervalMs: number;
  readonly runsOn = 'every';

  constructor(
    config: Config,
    loops: LoopRunner,
    private readonly watch: StudioWatch,
  ) {
    this.intervalMs = config.leaseSweepSeconds * 1000;
    loops.register(this);
  }

  tick(): Promise<void> {
    return this.watch.beat();
  }
}
