import type { DaemonNews, DaemonView, SessionLine } from '../../features/control/index.js';
import type { World } from '../command.js';
import type { ConnectionView } from './foreground.js';
import type { ConnectionEvent } from './connection-events.js';
import { changed, connectionEvent } from './connection-events.js';

/** Often enough to see a connection that comes and goes; the daemon is on the same machine and the answer is small. */
const LOOK_MS = 1_000;

/**
 * Shows what happens to one project of a daemon, here or in another process. News only say when to look: the state that is shown is always
 * the daemon's own answer, so that nothing is missed or shown twice.
 */
export class ConnectionWatch implements ConnectionView {
  private last: ConnectionEvent | undefined;
  private looking: Promise<void> = Promise.resolve();
  private cancelTimer: () => void = () => undefined;
  private begun = false;
  private over = false;
  private finish: () => void = () => undefined;
  /** Resolves when the project is connected no longer. */
  readonly left = new Promise<void>((resolve) => {
    this.finish = resolve;
  });

  /** Lines are looked at until a signal comes. */
  readonly quit = new Promise<void>(() => undefined);

  constructor(
    private readonly world: World,
    private readonly project: { readonly id: string; readonly key: string },
    private readonly status: () => Promise<DaemonView>,
  ) {}

  /** The daemon has the project from now on. Before, its absence means nothing: a daemon has news as soon as it starts, of what a crash left behind. */
  begin(session: SessionLine): void {
    this.begun = true;
    this.show(session);
    this.schedule();
  }

  /** News of any project of the daemon; those of others are not shown. */
  news(news: DaemonNews): void {
    if (news.project !== undefined && news.project !== this.project.key) return;
    if (!this.world.json) this.world.terminal.err(`${new Date(news.at).toTimeString().slice(0, 8)}  ${news.text}`);
    this.look();
  }

  look(): void {
    // One look at a time, in order: two answers that overtake each other would be reported the wrong way round.
    this.looking = this.looking.then(async () => {
      if (!this.begun || this.over) return;
      const view = await this.status().catch(() => undefined);
      if (view === undefined) return;
      const session = view.sessions.find((each) => each.project.id === this.project.id);
      if (session === undefined) this.endOnce();
      else this.show(session);
    });
  }

  progress(text: string): void {
    if (!this.world.json) this.world.terminal.err(text);
  }

  /** Says that it is over; further calls do nothing. */
  end(): Promise<void> {
    this.endOnce();
    return Promise.resolve();
  }

  private endOnce(): void {
    if (this.over) return;
    this.over = true;
    this.cancelTimer();
    this.report({ event: 'disconnected', project: this.project.key, at: new Date(this.world.clock.now()).toISOString() });
    this.finish();
  }

  private show(session: SessionLine): void {
    const event = connectionEvent(session);
    if (changed(this.last, event)) this.report(event);
  }

  private report(event: ConnectionEvent): void {
    this.last = event;
    if (this.world.json) this.world.terminal.out(JSON.stringify(event));
  }

  private schedule(): void {
    this.cancelTimer = this.world.clock.after(LOOK_MS, () => {
      this.look();
      if (!this.over) this.schedule();
    });
  }
}
