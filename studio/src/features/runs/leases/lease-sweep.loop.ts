import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { LoopRunner } from '../../../platform/loops/index.js';
import type { Loop } from '../../../platform/loops/index.js';
import { OffersService } from '../offers/offers.service.js';
import { LossesService } from './losses.service.js';

/** Trigger: time, in one studio. Leases that ran out are lost, offers that nobody took are withdrawn. */
@Injectable()
export class LeaseSweepLoop implements Loop {
  readonly name = 'runs.lease-sweep';
  readonly intervalMs: number;
  readonly runsOn = 'one';

  constructor(
    config: Config,
    loops: LoopRunner,
    private readonly losses: LossesService,
    private readonly offers: OffersService,
  ) {
    this.intervalMs = config.leaseSweepSeconds * 1000;
    loops.register(this);
  }

  async tick(signal: AbortSignal): Promise<void> {
    await this.losses.sweep(signal);
    await this.offers.withdrawUnclaimed(signal);
  }
}
