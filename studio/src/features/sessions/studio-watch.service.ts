import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Config } from '../../config/index.js';
import { Database } from '../../platform/database/index.js';
import type { Tx } from '../../platform/database/index.js';
import { Log } from '../../platform/logging/index.js';
import { SessionRuns } from './sessions.ports.js';
import { StudioWatchRepository } from './studio-watch.repository.js';

/** Part of a lease that may pass without any studio before it counts as an outage. */
const OUTAGE_SHARE = 1 / 3;

/**
 * Knows whether a studio was there to renew leases. Every studio beats; whoever beats after a gap, because none ran, because this one was
 * stopped or stalled, because the database was away, or because its clock was set, gives all leases their time again, and nothing is swept until the machines have
 * had one lease time to report.
 */
@Injectable()
export class StudioWatch {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly watch: StudioWatchRepository,
    private readonly modules: ModuleRef,
    private readonly log: Log,
  ) {}

  /** Says that a studio is alive. */
  beat(): Promise<void> {
    return this.database.inTransaction(async (tx) => {
      await this.maySweep(tx);
    });
  }

  /** As {@link beat}, and tells whether leases and sessions may be swept in this transaction. */
  async maySweep(tx: Tx): Promise<boolean> {
    const { gapSeconds, maySweep } = await this.watch.look(tx);
    // Below zero the database's clock was set back: what was written down by it before would hold for as long as it went back.
    if (Math.abs(gapSeconds) <= this.config.leaseSeconds * OUTAGE_SHARE) {
      await this.watch.beat(tx);
      return maySweep;
    }
    this.log.warn({ gapSeconds }, gapSeconds < 0 ? 'the clock of the database went back: leases begin anew' : 'no studio was there for a while: leases are extended');
    await this.modules.get(SessionRuns, { strict: false }).extendAll(tx);
    await this.watch.listenFor(tx, this.config.leaseSeconds);
    return false;
  }
}
