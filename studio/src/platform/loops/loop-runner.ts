import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '../database/index.js';
import { Log } from '../logging/index.js';
import { Metrics } from '../metrics/index.js';
import { LoopLeasesRepository } from './loop-leases.repository.js';
import type { Loop } from './loop.js';
import { RunningLoop } from './running-loop.js';
import type { Leadership } from './running-loop.js';

/** Whether loops tick by themselves; tests turn it off and tick by hand. */
export abstract class LoopSettings {
  abstract readonly autostart: boolean;
}

/**
 * Owns every loop of this process: starts them once the application is up, wakes them, and on shutdown lets each end its tick.
 *
 * A loop registers itself in its constructor: `constructor(loops: LoopRunner) { loops.register(this); }`.
 */
@Injectable()
export class LoopRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly holder = randomUUID();
  private readonly loops = new Map<string, RunningLoop>();
  private readonly ticks: ReturnType<Metrics['histogram']>;
  private running = false;

  constructor(
    private readonly database: Database,
    private readonly leases: LoopLeasesRepository,
    private readonly log: Log,
    private readonly settings: LoopSettings,
    metrics: Metrics,
  ) {
    this.ticks = metrics.histogram('loop_tick_seconds', 'Time of one tick of a loop, by loop and outcome: done, failed.', ['loop', 'outcome'], [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30]);
    metrics.gauge('loop_leads', 'Whether this studio has the lease of a loop that runs in one studio, by loop: 1 or 0.', ['loop'], () => Promise.resolve(this.leaderships()));
  }

  register(loop: Loop): void {
    if (this.loops.has(loop.name)) throw new Error(`loops.name_taken: two loops are called "${loop.name}"`);
    const running = new RunningLoop(loop, this.leadershipOf(loop), (error) => this.log.error({ err: error, loop: loop.name }, 'loop tick failed'), (seconds, outcome) => this.ticks.observe({ loop: loop.name, outcome }, seconds));
    this.loops.set(loop.name, running);
    if (this.running) running.start();
  }

  /** Ticks soon. Wakes that arrive during a tick make one more tick after it; none is lost, and none piles up. */
  wake(name: string): void {
    this.find(name).wake();
  }

  /** Ticks once, now, whatever the settings; for tests and for start-up work that must be done before the first request. */
  async tickNow(name: string): Promise<void> {
    await this.find(name).tickOnce();
  }

  onApplicationBootstrap(): void {
    if (!this.settings.autostart) return;
    this.running = true;
    for (const loop of this.loops.values()) loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.running = false;
    await Promise.all([...this.loops.values()].map((loop) => loop.stop()));
  }

  private leaderships(): readonly { readonly labels: readonly string[]; readonly value: number }[] {
    return [...this.loops].filter(([, loop]) => loop.isElected).map(([name, loop]) => ({ labels: [name], value: loop.isLeading ? 1 : 0 }));
  }

  private find(name: string): RunningLoop {
    const loop = this.loops.get(name);
    if (loop === undefined) throw new Error(`loops.unknown: no loop is called "${name}"`);
    return loop;
  }

  private leadershipOf(loop: Loop): Leadership | undefined {
    if (loop.runsOn === 'every') return undefined;
    // Long enough that a leader which ticks on time never loses it, short enough that a dead one is replaced soon.
    const ttlMs = Math.max(5_000, loop.intervalMs * 3);
    return {
      ttlMs,
      take: () => this.database.inTransaction((tx) => this.leases.take(tx, loop.name, this.holder, ttlMs)),
      release: () => this.database.inTransaction((tx) => this.leases.release(tx, loop.name, this.holder)),
    };
  }
}
