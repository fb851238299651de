import { Injectable } from '@nestjs/common';
import { LoopRunner } from '../../platform/loops/index.js';
import type { Loop } from '../../platform/loops/index.js';
import { TaskActionsService } from './task-actions.service.js';

/** Offers are hours long; a minute more is nobody's loss. */
const INTERVAL_MS = 60_000;

@Injectable()
export class OfferExpiryLoop implements Loop {
  readonly name = 'tasks.offer-expiry';
  readonly intervalMs = INTERVAL_MS;
  readonly runsOn = 'one' as const;

  constructor(
    private readonly actions: TaskActionsService,
    loops: LoopRunner,
  ) {
    loops.register(this);
  }

  tick(): Promise<void> {
    return this.actions.expireOffers();
  }
}
