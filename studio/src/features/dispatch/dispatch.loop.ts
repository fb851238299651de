import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { Config } from '../../config/index.js';
import { LoopRunner } from '../../platform/loops/index.js';
import type { Loop } from '../../platform/loops/index.js';
import { EventStream } from '../events/index.js';
import { DispatcherService } from './dispatcher.service.js';

const NAME = 'dispatch';

/** Events after which something else may be due, or somebody else may take it. */
const WAKING = ['task/', 'plan/', 'run/status', 'session/status', 'dispatch/', 'analysis/status', 'project/updated', 'member/roles', 'member/skills', 'member/removed'];

/** Trigger: anything that may make work due, a moment at which time alone does, or the sweep. In one studio. */
@Injectable()
export class DispatchLoop implements Loop, OnModuleDestroy {
  readonly name = NAME;
  readonly intervalMs: number;
  readonly runsOn = 'one';
  private timer: NodeJS.Timeout | undefined;

  constructor(
    config: Config,
    private readonly loops: LoopRunner,
    stream: EventStream,
    private readonly dispatcher: DispatcherService,
  ) {
    this.intervalMs = config.sweepSeconds * 1000;
    loops.register(this);
    for (const kind of WAKING) stream.onEvent(kind, () => loops.wake(NAME));
  }

  async tick(signal: AbortSignal): Promise<void> {
    clearTimeout(this.timer);
    const seconds = await this.dispatcher.dispatch(signal);
    if (seconds !== undefined && seconds * 1000 < this.intervalMs) this.timer = setTimeout(() => this.loops.wake(NAME), seconds * 1000);
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }
}
