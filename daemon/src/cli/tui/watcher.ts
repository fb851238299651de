import type { ChannelMessage, RunEventItem, RunView, SessionView, TeamView } from '@maestro/protocol';
import { ENDPOINTS } from '../../features/studio-api/index.js';
import type { DaemonView, SessionLine } from '../../features/control/index.js';
import type { CancelTimer, Clock } from '../../platform/clock.js';
import type { Studio } from '../shared/machine.js';
import type { Facts } from './board.js';
import { isLive } from './board.js';

/** Both ends are asked often enough for a person to see work go on; news of the daemon are looked into at once. */
const LOOK_MS = 1_000;
const RUNS = 100;
const EVENTS = 500;
const MESSAGES = 200;

export interface WatcherOptions {
  readonly clock: Clock;
  readonly project: string;
  readonly status: () => Promise<DaemonView>;
  readonly studio: () => Promise<Studio>;
  readonly onChange: () => void;
  /** The project is connected no longer. */
  readonly onLeft: () => void;
}

/** What the screen shows, kept current: the daemon's word on its session, and the studio's on everything else. */
export class Watcher {
  facts: Facts;
  private readonly events = new Map<string, { readonly items: RunEventItem[]; over: boolean }>();
  private looking: Promise<void> | undefined;
  private again = false;
  private stopped = false;
  private cancel: CancelTimer = () => undefined;
  private focus: string | undefined;

  constructor(
    private readonly options: WatcherOptions,
    session: SessionLine,
  ) {
    this.facts = { session, sessions: [], runs: [], team: undefined, messages: [] };
    this.look();
  }

  /** The transcript to read, from now on. */
  follow(run: string | undefined): void {
    if (run === this.focus) return;
    this.focus = run;
    this.look();
  }

  /** A new array whenever there is more in it. */
  eventsOf(run: string): readonly RunEventItem[] {
    return this.events.get(run)?.items ?? [];
  }

  /** Looks now. One look at a time: answers that overtake each other would show what was before. */
  look(): void {
    if (this.stopped) return;
    if (this.looking !== undefined) {
      this.again = true;
      return;
    }
    this.cancel();
    this.looking = this.lookOnce()
      // The next look is soon; whether the studio is there, the daemon's own word says.
      .catch(() => undefined)
      .finally(() => {
        this.looking = undefined;
        if (this.stopped) return;
        this.options.onChange();
        this.cancel = this.options.clock.after(this.again ? 0 : LOOK_MS, () => this.look());
        this.again = false;
      });
  }

  stop(): void {
    this.stopped = true;
    this.cancel();
  }

  private async lookOnce(): Promise<void> {
    const { sessions } = await this.options.status();
    const session = sessions.find(({ project }) => project.id === this.options.project);
    if (session === undefined) {
      this.stop();
      return this.options.onLeft();
    }
    this.facts = { ...this.facts, session };
    if (session.link.state !== 'online') return;
    const studio = await this.options.studio();
    const path = { project: this.options.project };
    const team = session.team?.id;
    const [all, runs, view] = await Promise.all([
      studio.all<SessionView>((cursor) => studio.call(ENDPOINTS.sessions, { path, query: { limit: 200, cursor } })),
      studio.call(ENDPOINTS.runs, { path, query: { limit: RUNS } }),
      team === undefined ? undefined : studio.call(ENDPOINTS.team, { path: { team } }),
    ]);
    const messages = view === undefined ? [] : await this.messagesOf(studio, view);
    this.facts = { session, sessions: all, runs: runs.data, team: view, messages };
    const run = runs.data.find(({ id }) => id === this.focus);
    if (run !== undefined) await this.readEvents(studio, run);
  }

  private async messagesOf(studio: Studio, team: TeamView): Promise<readonly ChannelMessage[]> {
    const known = this.facts.team?.id === team.id ? this.facts.messages : [];
    const { data } = await studio.call(ENDPOINTS.channel, { path: { team: team.id }, query: { after: known.at(-1)?.seq ?? 0, limit: MESSAGES } });
    const standing = new Set(team.steering.map(({ seq }) => seq));
    // A directive that was taken back is the only message that changes.
    const current = known.map((message) => (message.kind === 'steering' && message.clearedAt === null && !standing.has(message.seq) ? { ...message, clearedAt: new Date(this.options.clock.now()).toISOString() } : message));
    return [...current, ...data].slice(-MESSAGES);
  }

  private async readEvents(studio: Studio, run: RunView): Promise<void> {
    const known = this.events.get(run.id) ?? { items: [], over: false };
    if (known.over) return;
    const items = [...known.items];
    for (;;) {
      const after = items.at(-1)?.seq ?? 0;
      const { data } = await studio.call(ENDPOINTS.runEvents, { path: { run: run.id }, query: { after, limit: EVENTS } });
      items.push(...data);
      if (data.length < EVENTS) break;
    }
    // It had ended before its events were asked for: no more will come.
    this.events.set(run.id, { items: items.length === known.items.length ? known.items : items, over: !isLive(run) });
  }
}
