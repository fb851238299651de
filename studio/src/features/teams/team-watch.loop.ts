import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { Config } from '../../config/index.js';
import { LoopRunner } from '../../platform/loops/index.js';
import type { Loop } from '../../platform/loops/index.js';
import { EventStream } from '../events/index.js';
import { TeamWatch } from './team-watch.service.js';

const NAME = 'teams.watch';
/** While there are teams, silence has to show soon; no event tells of a heartbeat that did not come. */
const TEAMS_MS = 5_000;
/** Every step of every run wakes this, and each look is at all teams: one look serves what happened in the meantime. */
const REST_MS = 250;

/** Trigger: a session or run changed, a while in which heartbeats may have been missed, or the sweep. Workers and teams are what their sessions make them. */
@Injectable()
export class TeamWatchLoop implements Loop, OnModuleDestroy {
  readonly name = NAME;
  readonly intervalMs: number;
  readonly runsOn = 'one';
  readonly restMs = REST_MS;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    config: Config,
    private readonly loops: LoopRunner,
    stream: EventStream,
    private readonly watch: TeamWatch,
  ) {
    this.intervalMs = config.sweepSeconds * 1000;
    loops.register(this);
    for (const kind of ['session/status', 'run/status', 'team/']) stream.onEvent(kind, () => loops.wake(NAME));
  }

  async tick(signal: AbortSignal): Promise<void> {
    clearTimeout(this.timer);
    const open = await this.watch.look(signal);
    if (open > 0 && TEAMS_MS < this.intervalMs) this.timer = setTimeout(() => this.loops.wake(NAME), TEAMS_MS);
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }
}
