import type { Loop } from './loop.js';

/** The lease of a loop that only one process runs. Time is the database's. */
export interface Leadership {
  readonly ttlMs: number;
  /** Takes or renews the lease; false while another process has it. */
  take(): Promise<boolean>;
  release(): Promise<void>;
}

/** One loop, ticking. Never two ticks at once. */
export class RunningLoop {
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<void> | undefined;
  private wokenMeanwhile = false;
  private restsUntil = 0;
  private started = false;
  private leads = false;
  private abort = new AbortController();

  constructor(
    private readonly loop: Loop,
    private readonly leadership: Leadership | undefined,
    private readonly onError: (error: unknown) => void,
    private readonly onTick: (seconds: number, outcome: 'done' | 'failed') => void = () => undefined,
  ) {}

  /** Whether only one process runs it. */
  get isElected(): boolean {
    return this.leadership !== undefined;
  }

  get isLeading(): boolean {
    return this.leads;
  }

  start(): void {
    this.started = true;
    this.abort = new AbortController();
    this.wake();
  }

  wake(): void {
    if (!this.started) return;
    if (this.current !== undefined) {
      this.wokenMeanwhile = true;
      return;
    }
    clearTimeout(this.timer);
    const rest = this.restsUntil - performance.now();
    if (rest > 0) {
      this.timer = setTimeout(() => this.wake(), Math.ceil(rest));
      return;
    }
    this.current = this.tickOnce().then(() => this.afterTick());
  }

  /** Aborts the tick's signal, waits for the tick to end, and hands leadership back so that another process takes over at once. */
  async stop(): Promise<void> {
    this.started = false;
    clearTimeout(this.timer);
    this.abort.abort();
    await this.current;
    if (!this.leads) return;
    this.leads = false;
    await this.leadership?.release().catch(this.onError);
  }

  /** A tick that fails is logged and tried again at the next interval: a loop that died quietly would be worse than any error. */
  async tickOnce(): Promise<void> {
    try {
      this.leads = (await this.leadership?.take()) ?? false;
      if (this.leadership === undefined || this.leads) await this.tickWithRenewal();
    } catch (error) {
      this.onError(error);
    }
  }

  /** Renews the lease while a long tick runs, and aborts the tick when the lease is lost. */
  private async tickWithRenewal(): Promise<void> {
    const lost = new AbortController();
    const renewal = this.leadership && setInterval(() => void this.renew(lost), this.leadership.ttlMs / 3);
    const startedAt = performance.now();
    let outcome: 'done' | 'failed' = 'failed';
    try {
      await this.loop.tick(AbortSignal.any([this.abort.signal, lost.signal]));
      outcome = 'done';
    } finally {
      clearInterval(renewal);
      this.onTick((performance.now() - startedAt) / 1000, outcome);
    }
  }

  private async renew(lost: AbortController): Promise<void> {
    try {
      if (!(await this.leadership?.take())) lost.abort();
    } catch (error) {
      // The database is away; whether the lease still stands is not known, so act as if it did not.
      lost.abort();
      this.onError(error);
    }
  }

  private afterTick(): void {
    this.current = undefined;
    if (!this.started) return;
    this.restsUntil = performance.now() + (this.loop.restMs ?? 0);
    if (this.wokenMeanwhile) {
      this.wokenMeanwhile = false;
      this.wake();
      return;
    }
    this.timer = setTimeout(() => this.wake(), this.loop.intervalMs);
  }
}
