import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { databaseNow } from '../../../platform/database/index.js';
import type { Reader } from '../../../platform/database/index.js';
import { restSeconds } from '../domain/back-off.js';

/** When failed work may be tried again. */
@Injectable()
export class BackOffs {
  constructor(private readonly config: Config) {}

  /** ISO 8601, by the database's clock. */
  async dueAfter(reader: Reader, failures: number): Promise<string> {
    const { backOffSeconds, mostBackOffSeconds } = this.config;
    const rest = restSeconds(failures, Math.random(), { firstSeconds: backOffSeconds, mostSeconds: mostBackOffSeconds });
    return new Date((await databaseNow(reader)).getTime() + rest * 1000).toISOString();
  }
}
