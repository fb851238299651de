import type { PlanTree } from '@maestro/protocol';
import { StudioNotStarted } from '../../../rig/studio.js';
import { waitFor } from '../../../test-support/index.js';
import type { Site } from '../../harness/site.js';
import type { History } from '../history/history.js';
import { randomOf } from '../schedule/random.js';
import type { Fault, Scheduled } from '../schedule/schedule.js';
import { layGround, placeMachines } from './fleet.js';
import type { Ground, Placed } from './fleet.js';
import { readStudio, runsOf } from './ledger.js';
import { Recorder } from './recorder.js';
import type { Servers } from './servers.js';

export interface WorldOptions {
  readonly seed: number;
  readonly schedule: readonly Scheduled[];
  readonly machines: number;
  readonly tasks: number;
  /** Milliseconds until a world that does not come to its end has failed. */
  readonly timeoutMs: number;
  /** What the studio stands on, where the schedule makes it fall. */
  readonly servers?: Servers;
}

export interface Played {
  readonly history: History;
  readonly calls: number;
  /** How often the studio died at a commit point. */
  readonly kills: number;
  readonly applied: number;
}

/** Plays a plan from activation to the last landing while the faults of the schedule happen, and gives the history of it. */
export async function playWorld(site: Site, options: WorldOptions): Promise<Played> {
  const ground = await layGround(site, options.tasks);
  await site.api.post(`/plans/${ground.plan}/activate`);
  const play = new Play(site, ground, options);
  try {
    return await play.toTheEnd();
  } finally {
    await play.close();
  }
}

class Play {
  private readonly pending: Scheduled[];
  private readonly killing: Extract<Fault, { kind: 'kill_studio' }>[];
  private readonly recorder: Recorder;
  private readonly heals = new Set<NodeJS.Timeout>();
  private readonly random: () => number;
  private placed: readonly Placed[] = [];
  private working: Promise<unknown> = Promise.resolve();
  private keeper: Promise<void> = Promise.resolve();
  private falling: Promise<void> = Promise.resolve();
  private over = false;
  private armed = false;
  private kills = 0;
  private applied = 0;

  constructor(
    private readonly site: Site,
    private readonly ground: Ground,
    private readonly options: WorldOptions,
  ) {
    this.killing = options.schedule.flatMap(({ fault }) => (fault.kind === 'kill_studio' ? [fault] : []));
    this.pending = options.schedule.filter(({ fault }) => fault.kind !== 'kill_studio');
    this.random = randomOf(options.seed);
    this.recorder = new Recorder((step) => this.passed(step));
  }

  async toTheEnd(): Promise<Played> {
    this.placed = await placeMachines(this.site, this.ground, this.options.machines, this.recorder);
    if (this.killing.length > 0) {
      await this.site.killStudio();
      this.armed = true;
      await this.startArmed();
      this.keeper = this.keepUp();
    }
    const working = Promise.all(this.placed.map(({ machine }) => machine.run()));
    this.working = working.catch(() => undefined);
    await Promise.race([this.untilDone(), working.then(() => this.untilDone())]);
    await this.disarm();
    const { ledger, final } = await readStudio(this.site.api, this.ground);
    return { history: this.recorder.history(ledger, final), calls: this.recorder.size, kills: this.kills, applied: this.applied };
  }

  async close(): Promise<void> {
    this.over = true;
    for (const timer of this.heals) clearTimeout(timer);
    for (const { machine, proxy } of this.placed) {
      machine.stop();
      await proxy.close();
    }
    await this.working;
    await this.falling;
    await this.disarm();
  }

  /** From here on the studio is one that nothing is set to kill: for whoever reads it, and for the next world. */
  private async disarm(): Promise<void> {
    this.over = true;
    if (!this.armed) return;
    this.armed = false;
    // The last that was started is set to die nowhere, and will not end by itself.
    if (this.site.runsWith({})) return;
    let ended = false;
    void this.keeper.then(() => (ended = true));
    // The keeper may be about to start another one in this moment.
    await waitFor(async () => this.site.killStudio().then(() => ended), { what: 'the last armed studio to be gone', timeoutMs: 60_000 });
    await this.site.startStudio();
  }

  private async untilDone(): Promise<void> {
    const { timeoutMs: limit } = this.options;
    const deadline = performance.now() + limit;
    const left = (): number => Math.max(1_000, deadline - performance.now());
    try {
      await waitFor(async () => (await this.tree()).tasks.every(({ status }) => status === 'done'), { what: 'every task to be done', timeoutMs: left(), everyMs: 100 });
      // What machines still owe the studio is told, and what the studio had given out comes to its end.
      await waitFor(async () => this.placed.every(({ machine }) => machine.idle) && (await this.atWork()).length === 0, { what: 'everything to be told', timeoutMs: left(), everyMs: 100 });
    } catch (error) {
      throw new Error(`the world of seed ${this.options.seed} got stuck:\n${await this.standing()}`, { cause: error });
    }
  }

  private tree(): Promise<PlanTree> {
    return this.site.api.get<PlanTree>(`/plans/${this.ground.plan}`);
  }

  private async atWork(): Promise<readonly unknown[]> {
    return (await runsOf(this.site.api, this.ground.project)).filter(({ status }) => ['dispatched', 'claimed', 'running', 'waiting'].includes(status));
  }

  private async standing(): Promise<string> {
    const tasks = (await this.tree().catch(() => undefined))?.tasks.map(({ key, status, blocked }) => `${key} ${status} ${blocked?.sentence ?? ''}`) ?? ['the studio does not answer'];
    const runs = (await runsOf(this.site.api, this.ground.project).catch(() => [])).map(({ taskKey, purpose, status, epoch, sessionName, sentence }) => `${taskKey ?? '-'} ${purpose} ${status} e${epoch} ${sessionName ?? ''} ${sentence ?? ''}`);
    return [...tasks, ...runs].join('\n');
  }

  private passed(step: number): void {
    while (this.pending[0] !== undefined && this.pending[0].step <= step) {
      const [next] = this.pending.splice(0, 1);
      if (next !== undefined) this.apply(next.fault);
    }
  }

  private apply(fault: Fault): void {
    this.applied += 1;
    if ('machine' in fault) return this.applyTo(fault, this.placed[fault.machine]);
    const { servers } = this.options;
    if (fault.kind === 'crash_database') this.falls(servers?.crashDatabase);
    if (fault.kind === 'crash_redis') this.falls(servers?.crashRedis);
  }

  /** One after another: a server that is down cannot fall. */
  private falls(fall: (() => Promise<void>) | undefined): void {
    if (fall === undefined) throw new Error('this world has no servers of its own to make fall');
    this.falling = this.falling.then(fall);
  }

  private applyTo(fault: Extract<Fault, { readonly machine: number }>, at: Placed | undefined): void {
    if (at === undefined) return;
    switch (fault.kind) {
      case 'swallow':
        return void at.proxy.swallow(fault.method);
      case 'cut':
        return at.proxy.cut();
      case 'half_open': {
        const heal = at.proxy.halfOpen(fault.direction === 'to_studio' ? 'to_server' : fault.direction === 'to_machine' ? 'to_client' : 'both');
        return this.later(fault.forMs, heal);
      }
      case 'mangle':
        return at.proxy.mangle({ direction: 'both', frames: fault.frames, copies: fault.copies, window: fault.window, random: this.random });
      case 'crash':
        return at.machine.crashAtNext(fault.at);
      case 'freeze':
        return at.machine.freeze(fault.forMs);
    }
  }

  private later(milliseconds: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.heals.delete(timer);
      act();
    }, milliseconds);
    this.heals.add(timer);
  }

  /** Whenever the studio died, it is started again, set to die at the next point of the schedule. */
  private async keepUp(): Promise<void> {
    for (;;) {
      await this.site.studioEnded();
      if (this.over) return;
      this.kills += 1;
      await this.startArmed();
    }
  }

  private async startArmed(): Promise<void> {
    for (;;) {
      const [next] = this.killing.splice(0, 1);
      try {
        return await this.site.startStudio(next === undefined ? {} : { MAESTRO_FAILPOINT: `${next.point}:${next.times}` });
      } catch (error) {
        // It reached its point before it was ready.
        if (!(error instanceof StudioNotStarted) || next === undefined) throw error;
        this.kills += 1;
      }
    }
  }
}
