import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CreatedInvite, Redeemed, TokenPair } from '@maestro/protocol';
import { Api } from '../../../rig/api.js';
import { UpgradeRefused } from '../../../rig/stub-link.js';
import { StubMachine } from '../../../rig/stub-machine.js';
import type { Held } from '../../../rig/stub-machine.js';
import { waitFor } from '../../../test-support/index.js';
import type { Site } from '../../harness/site.js';
import type { Recorder } from './recorder.js';

const BATCH = 32;

interface Line {
  readonly seq: number;
  readonly text: string;
}

/** A machine that writes the journal of one run as a daemon does: a line is kept until it is acknowledged, whatever happens in between. */
export class Streamer {
  /** Lines that the studio has said it has. */
  acknowledged = 0;
  /** Times that a refused token was renewed. */
  renewals = 0;
  private readonly machine: StubMachine;
  private held: Held | undefined;
  private unsent: Line[] = [];
  private written = 0;
  private stopped = false;
  private readonly hash = createHash('sha256');

  private constructor(
    private readonly site: Site,
    private readonly name: string,
    private tokens: TokenPair,
    project: string,
    private readonly recorder: Recorder,
  ) {
    this.machine = new StubMachine({ url: site.url, token: tokens.accessToken, project, name, capacity: 1, purposes: ['implement'], observe: recorder.observer(name) });
  }

  static async open(site: Site, name: string, project: string, recorder: Recorder): Promise<Streamer> {
    const { token } = await site.api.post<CreatedInvite>(`/workspaces/${site.workspace}/invites`, { role: 'architect' });
    const { tokens } = await new Api(site.url).post<Redeemed>('/auth/redeem', { token, name });
    const streamer = new Streamer(site, name, tokens, project, recorder);
    await streamer.machine.connect();
    const run = await waitFor(async () => (await streamer.machine.offers())[0], { what: 'a run for a streamer', timeoutMs: 60_000, everyMs: 20 });
    streamer.held = await streamer.machine.claim(run);
    await streamer.machine.start(streamer.held);
    return streamer;
  }

  get run(): string {
    return this.held?.run ?? '';
  }

  /** Of every line that was written, in order. */
  get digest(): string {
    return this.hash.copy().digest('hex');
  }

  /** Writes so many bytes, and returns when all of them are acknowledged, or it was told to stop. */
  async write(bytes: number): Promise<void> {
    for (let left = bytes; left > 0; left -= 4_096) this.add(`${this.written} `.padEnd(Math.min(left, 4_096), 'åß∂ƒ lines of an agent '));
    while (this.unsent.length > 0 && !this.stopped) {
      try {
        await this.send();
      } catch {
        // Whoever is away comes back; the lines are still here.
        await sleep(20);
      }
    }
  }

  cut(): void {
    this.machine.cut();
  }

  stop(): void {
    this.stopped = true;
    this.machine.cut();
  }

  private add(text: string): void {
    this.written += 1;
    this.unsent.push({ seq: this.written, text });
    this.hash.update(text);
    this.recorder.line({ machine: this.name, run: this.run, seq: this.written, text });
  }

  private async send(): Promise<void> {
    if (this.held === undefined) throw new Error('there is no run to write to');
    if (!this.machine.connected) await this.connect();
    const batch = this.unsent.slice(0, BATCH);
    const { ackSeq } = await this.machine.events(this.held, batch.map(({ seq, text }) => ({ seq, at: new Date().toISOString() as never, kind: 'log', payload: { text } })));
    this.acknowledged = Math.max(this.acknowledged, ackSeq);
    this.unsent = this.unsent.filter(({ seq }) => seq > this.acknowledged);
  }

  private async connect(): Promise<void> {
    const { held } = this;
    if (held === undefined) return;
    try {
      const { runs } = await this.machine.connect([{ run: held.run as never, epoch: held.epoch, state: 'running' }]);
      for (const settled of runs) if (settled.decision === 'continue') this.held = { ...held, epoch: settled.epoch };
    } catch (error) {
      if (error instanceof UpgradeRefused && error.status === 401) await this.renew();
      throw error;
    }
  }

  private async renew(): Promise<void> {
    this.tokens = await new Api(this.site.url).post<TokenPair>('/auth/refresh', { refreshToken: this.tokens.refreshToken });
    this.machine.token = this.tokens.accessToken;
    this.renewals += 1;
  }
}

/** What the studio has of a run's journal, as {@link Streamer.digest} sees it. */
export function digestOf(lines: readonly { readonly text: string }[]): string {
  const hash = createHash('sha256');
  for (const { text } of lines) hash.update(text);
  return hash.digest('hex');
}
