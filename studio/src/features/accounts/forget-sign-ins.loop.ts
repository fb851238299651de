import { Injectable } from '@nestjs/common';
import { LoopRunner } from '../../platform/loops/index.js';
import type { Loop } from '../../platform/loops/index.js';
import { AccountsService } from './accounts.service.js';

/** Trigger: time. Forgets browser sessions and links that have expired. */
@Injectable()
export class ForgetSignInsLoop implements Loop {
  readonly name = 'accounts.forget-sign-ins';
  readonly intervalMs = 3_600_000;
  readonly runsOn = 'one';

  constructor(
    loops: LoopRunner,
    private readonly accounts: AccountsService,
  ) {
    loops.register(this);
  }

  tick(): Promise<void> {
    return this.accounts.forgetExpired();
  }
}
