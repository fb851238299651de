import { Injectable } from '@nestjs/common';
import { LoopRunner } from '../loops/index.js';
import type { Loop } from '../loops/index.js';
import { KeyRetention } from './key-retention.js';

/** Trigger: time. */
@Injectable()
export class ForgetKeysLoop implements Loop {
  readonly name = 'idempotency.forget';
  readonly intervalMs = 3_600_000;
  readonly runsOn = 'one';

  constructor(
    loops: LoopRunner,
    private readonly retention: KeyRetention,
  ) {
    loops.register(this);
  }

  tick(): Promise<void> {
    return this.retention.forgetOld();
  }
}
