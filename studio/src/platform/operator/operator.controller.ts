import { Controller, Get, Res } from '@nestjs/common';
import { Health, ok, refuse } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { Response } from 'express';
import { Public } from '../access/index.js';
import { Answers, AnswersOther } from '../http/index.js';
import { Database } from '../database/index.js';
import { Departure } from '../lifecycle/index.js';
import { Metrics } from '../metrics/index.js';

/** For whoever runs the studio: probes and metrics, outside `/api`. */
@Controller()
export class OperatorController {
  constructor(
    private readonly database: Database,
    private readonly metrics: Metrics,
    private readonly departure: Departure,
  ) {}

  /** The process answers. Restart it when it does not. */
  @Get('healthz')
  @Public('liveness probe')
  @Answers(Health)
  live(): { readonly status: 'ok' } {
    return { status: 'ok' };
  }

  /** It can do its work. Send it no requests when it cannot. */
  @Get('readyz')
  @Public('readiness probe')
  @Answers(Health)
  async ready(): Promise<Result<{ readonly status: 'ok' }>> {
    if (this.departure.hasBegun) return refuse('unavailable', 'going_away', 'This studio is going away; another one serves you.');
    try {
      await this.database.ping();
      return ok({ status: 'ok' } as const);
    } catch {
      return refuse('unavailable', 'database_unreachable', 'The database does not answer.');
    }
  }

  @Get('metrics')
  @Public('scraped by Prometheus; holds counts and durations, nothing of any tenant')
  @AnswersOther('metrics in the text format of Prometheus')
  async scrape(@Res() response: Response): Promise<void> {
    response.type(this.metrics.registry.contentType).send(await this.metrics.registry.metrics());
  }
}
