import { Injectable } from '@nestjs/common';
import { Database } from '../database/index.js';
import { LoopRunner } from '../loops/index.js';
import type { Loop } from '../loops/index.js';
import { IdempotencyRepository } from './idempotency.repository.js';

const KEPT_HOURS = 24;

/** Trigger: time. Forgets idempotency keys and opIds that nobody will repeat any more. */
@Injectable()
export class ForgetKeysLoop implements Loop {
  readonly name = 'idempotency.forget';
  readonly intervalMs = 3_600_000;
  readonly runsOn = 'one';

  constructor(
    loops: LoopRunner,
    private readonly database: Database,
    private readonly keys: IdempotencyRepository,
  ) {
    loops.register(this);
  }

  async tick(): Promise<void> {
    await this.database.inTransaction((tx) => this.keys.forgetOlderThan(tx, KEPT_HOURS));
  }
}
