import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '../database/index.js';
import { Log } from '../logging/index.js';
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
  private running = false;

  constructor(
    private readonly database: Database,
    private readonly leases: LoopLeasesRepository,
    private readonly log: Log,
    private readonly settings: LoopSettings,
  ) {}

  register(loop: Loop): void {
    if (this.loops.has(loop.name)) throw new Error(`loops.name_taken: two loops are called "${loop.name}"`);
    const running = new RunningLoop(loop, this.leadershipOf(loop), (error) => this.log.error({ err: error, loop: loop.name }, 'loop tick failed'));
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
