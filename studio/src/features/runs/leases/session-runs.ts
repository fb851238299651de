import { Injectable } from '@nestjs/common';
import type { HeldRun } from '@maestro/protocol';
import { Config } from '../../../config/index.js';
import type { Tx } from '../../../platform/database/index.js';
import { SessionRuns } from '../../sessions/index.js';
import type { Renewal, Settled } from '../../sessions/index.js';
import { OffersService } from '../offers/offers.service.js';
import { RunQueriesRepository } from '../store/run-queries.repository.js';
import { ReturnsService } from './returns.service.js';

/** What sessions ask of their runs; see the port. */
@Injectable()
export class RunsOfSessions extends SessionRuns {
  constructor(
    private readonly config: Config,
    private readonly queries: RunQueriesRepository,
    private readonly offers: OffersService,
    private readonly returns: ReturnsService,
  ) {
    super();
  }

  settle(session: string, held: readonly HeldRun[]): Promise<readonly Settled[]> {
    return this.returns.settle(session, held);
  }

  async renew(tx: Tx, session: string, held: readonly { readonly run: string; readonly epoch: number }[]): Promise<Renewal> {
    if (held.length === 0) return { invalid: [], lost: false };
    const renewed = new Set(await this.queries.renew(tx, session, held, this.config.leaseSeconds));
    const others = held.filter(({ run }) => !renewed.has(run));
    if (others.length === 0) return { invalid: [], lost: false };
    const lost = new Set(await this.queries.lostUnder(tx, session, others));
    return { invalid: others.map(({ run }) => run).filter((run) => !lost.has(run)), lost: lost.size > 0 };
  }

  withdrawOffers(tx: Tx, session: string): Promise<void> {
    return this.offers.withdraw(tx, session);
  }

  revoke(tx: Tx, session: string): Promise<void> {
    return this.queries.expireOfSession(tx, session);
  }

  extendAll(tx: Tx): Promise<void> {
    return this.queries.extendAll(tx, this.config.leaseSeconds);
  }
}
