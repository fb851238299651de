import { Injectable } from '@nestjs/common';
import { Config } from '../../config/index.js';
import { LoopRunner } from '../../platform/loops/index.js';
import type { Loop } from '../../platform/loops/index.js';
import { SessionsService } from './sessions.service.js';

/** Trigger: time, in one studio. Machines that went silent become stale, then offline. */
@Injectable()
export class SessionSweepLoop implements Loop {
  readonly name = 'sessions.sweep';
  readonly intervalMs: number;
  readonly runsOn = 'one';

  constructor(
    config: Config,
    loops: LoopRunner,
    private readonly sessions: SessionsService,
  ) {
    this.intervalMs = config.leaseSweepSeconds * 1000;
    loops.register(this);
  }

  tick(signal: AbortSignal): Promise<void> {
    return this.sessions.sweep(signal);
  }
}
