import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import { Config } from '../config/index.js';
import { Bus } from './bus/index.js';
import { Clock } from './clock/index.js';
import { Failpoints } from './failpoints/index.js';
import { Departure } from './lifecycle/index.js';
import { Log } from './logging/index.js';
import { LoopSettings } from './loops/index.js';
import { Tracing } from './tracing/index.js';

/** What is made before Nest starts, because it decides whether and how the studio starts at all. */
export interface Core {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly failpoints: Failpoints;
  readonly tracing: Tracing;
  /** Whether loops tick by themselves. */
  readonly autostartLoops: boolean;
}

@Global()
@Module({})
export class CoreModule {
  static of({ config, log, clock, bus, tracing, failpoints, autostartLoops }: Core): DynamicModule {
    const providers = [
      { provide: Config, useValue: config },
      { provide: Log, useValue: log },
      { provide: Clock, useValue: clock },
      { provide: Bus, useValue: bus },
      { provide: Failpoints, useValue: failpoints },
      { provide: Departure, useValue: new Departure() },
      { provide: Tracing, useValue: tracing },
      { provide: LoopSettings, useValue: { autostart: autostartLoops } },
    ];
    return { module: CoreModule, providers, exports: providers.map(({ provide }) => provide) };
  }
}
