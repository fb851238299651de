import { METHODS } from '@maestro/protocol';
import type { CancelTimer, Clock } from '../../platform/clock.js';
import type { StudioLink } from '../studio-link/index.js';
import type { TeamSigns } from '../team/index.js';

/** As often as offers are asked for; the studio's message is there at once, this is for when it was not. */
const ASK_MS = 15_000;

/** Trigger: a new connection, then time. Asks whether the worker's team is still there. */
export class ChannelPoll {
  private cancel: CancelTimer = () => undefined;
  private stopped = false;

  constructor(
    private readonly link: Pick<StudioLink, 'request'>,
    private readonly clock: Clock,
    private readonly signs: TeamSigns,
  ) {}

  start(): void {
    this.cancel();
    if (this.stopped) return;
    void this.ask().finally(() => {
      if (!this.stopped) this.cancel = this.clock.after(ASK_MS, () => this.start());
    });
  }

  stop(): void {
    this.stopped = true;
    this.cancel();
  }

  private async ask(): Promise<void> {
    try {
      const { team } = await this.link.request(METHODS.channelRead, {});
      if (team === null || !team.open) this.signs.channel('closed', team?.why ?? 'There is no such team.');
      else this.signs.channel('open', '');
    } catch {
      // Out of reach: a new connection asks again, and the watch over the lead goes on meanwhile.
    }
  }
}
