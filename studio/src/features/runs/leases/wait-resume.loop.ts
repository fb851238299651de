import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { LoopRunner } from '../../../platform/loops/index.js';
import type { Loop } from '../../../platform/loops/index.js';
import { EventStream } from '../../events/index.js';
import { BudgetsService } from '../work/budgets.service.js';
import { WaitsService } from '../work/waits.service.js';

const NAME = 'runs.wait-resume';

/** Trigger: a policy changed, somebody spoke in a plan's chat, or time. Runs that wait for something that is over go on. */
@Injectable()
export class WaitResumeLoop implements Loop {
  readonly name = NAME;
  readonly intervalMs: number;
  readonly runsOn = 'one';

  constructor(
    config: Config,
    loops: LoopRunner,
    stream: EventStream,
    private readonly waits: WaitsService,
    private readonly budgets: BudgetsService,
  ) {
    this.intervalMs = config.sweepSeconds * 1000;
    loops.register(this);
    for (const kind of ['project/updated', 'plan/message']) stream.onEvent(kind, () => loops.wake(NAME));
  }

  async tick(signal: AbortSignal): Promise<void> {
    await this.budgets.lookAtRaised();
    await this.waits.settleAll(signal);
  }
}
