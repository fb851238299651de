import type { EventView } from '@maestro/protocol';
import { EventFollower } from '../../rig/event-follower.js';
import { waitFor } from '../../test-support/index.js';
import type { BenchSite } from '../lib/bench-site.js';

/** Follows a project as a person's page does, and remembers which of the runs' lines it was told of. */
export class Browser {
  private readonly cursors = new Set<string>();
  private readonly follower: EventFollower;
  private cutAt = Number.POSITIVE_INFINITY;
  /** Events that it was told again. */
  twice = 0;
  /** What it heard last, as it came. */
  lastFrame: string | undefined;

  private constructor(site: BenchSite, project: string) {
    this.follower = new EventFollower({ studio: site.studio.url, token: site.token, filter: `projectId=${project}`, onEvent: (event) => this.take(event) });
  }

  static async open(site: BenchSite, project: string): Promise<Browser> {
    const browser = new Browser(site, project);
    await waitFor(() => browser.follower.isFollowing, { what: 'a browser to follow', timeoutMs: 20_000, everyMs: 5 });
    return browser;
  }

  /** How many events it was told of. */
  get heard(): number {
    return this.cursors.size;
  }

  knows(cursor: string): boolean {
    return this.cursors.has(cursor);
  }

  /** Loses its network once it has heard so many events. */
  cutOffAt(heard: number): void {
    this.cutAt = heard;
  }

  close(): void {
    this.follower.close();
  }

  private take(event: EventView): void {
    if (event.kind !== 'run/output') return;
    if (this.cursors.has(event.cursor)) this.twice += 1;
    this.cursors.add(event.cursor);
    this.lastFrame ??= JSON.stringify({ type: 'event', event });
    if (this.cursors.size < this.cutAt) return;
    this.cutAt = Number.POSITIVE_INFINITY;
    this.follower.cutOff();
  }
}
