import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { LoopRunner } from '../../../platform/loops/index.js';
import type { Loop } from '../../../platform/loops/index.js';
import { EventStream } from '../../events/index.js';
import { BudgetsService } from '../work/budgets.service.js';
import { WaitsService } from '../work/waits.service.js';

const NAME = 'runs.wait-resume';

/** Trigger: a policy changed, somebody spoke in a plan's chat, a limit is renewed, or the sweep. Runs that wait for something that is over go on. */
@Injectable()
export class WaitResumeLoop implements Loop, OnModuleDestroy {
  readonly name = NAME;
  readonly intervalMs: number;
  readonly runsOn = 'one';
  private timer: NodeJS.Timeout | undefined;

  constructor(
    config: Config,
    private readonly loops: LoopRunner,
    stream: EventStream,
    private readonly waits: WaitsService,
    private readonly budgets: BudgetsService,
  ) {
    this.intervalMs = config.sweepSeconds * 1000;
    loops.register(this);
    for (const kind of ['project/updated', 'plan/message']) stream.onEvent(kind, () => loops.wake(NAME));
  }

  async tick(signal: AbortSignal): Promise<void> {
    clearTimeout(this.timer);
    await this.budgets.lookAtRaised();
    const seconds = await this.waits.settleAll(signal);
    if (seconds !== undefined && seconds * 1000 < this.intervalMs) this.timer = setTimeout(() => this.loops.wake(NAME), seconds * 1000);
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }
}
