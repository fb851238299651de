import { Injectable } from '@nestjs/common';
import { Database } from '../database/index.js';
import { IdempotencyRepository } from './idempotency.repository.js';

/** Nobody repeats a request a day later. */
const KEPT_HOURS = 24;

@Injectable()
export class KeyRetention {
  constructor(
    private readonly database: Database,
    private readonly keys: IdempotencyRepository,
  ) {}

  /** Forgets idempotency keys and opIds that are too old to come again. */
  async forgetOld(): Promise<void> {
    await this.database.inTransaction((tx) => this.keys.forgetOlderThan(tx, KEPT_HOURS));
  }
}
