import type { EventFrame, EventView } from '@maestro/protocol';
import { EventFollower } from '../../rig/event-follower.js';
import type { Held, StubMachine } from '../../rig/stub-machine.js';
import { makeTempFolder, waitFor } from '../../test-support/index.js';
import { many, openBare } from '../lib/bare-sockets.js';
import type { BenchContext, Found } from '../lib/bench.js';
import { BenchSite } from '../lib/bench-site.js';
import { certificate } from '../lib/certificate.js';
import { atLeast, interleave, pairsFor, rowOf } from '../lib/compare.js';
import { FloorServer } from '../lib/floor-server.js';
import { within } from '../lib/within.js';

const BROWSERS = 100;
const IN_FLIGHT = 32;

/**
 * What one daemon tells, to a hundred browsers: each message is a committed row and an event of the ledger before anybody hears of it.
 * Half of the browsers are cut off in the middle and come back from their cursor; nobody may miss one.
 */
export async function fanOut({ quick }: BenchContext): Promise<Found> {
  const folder = await makeTempFolder('bench-tls');
  const site = await BenchSite.open();
  const floor = await FloorServer.start(await certificate(folder.path));
  try {
    const messages = quick ? 40 : 1_000;
    const daemon = await writer(site);
    const browsers = await Promise.all(Array.from({ length: BROWSERS }, () => Browser.open(site, daemon.held.run)));
    const listeners = await Promise.all(Array.from({ length: BROWSERS }, () => openBare(floor.url)));
    const sample = JSON.stringify(await oneFrame(daemon, browsers[0]));
    let heard = 0;
    for (const socket of listeners) socket.on('message', () => (heard += 1));
    const pairs = await interleave(
      () => productRate(daemon, browsers, messages),
      async () => {
        heard = 0;
        const from = performance.now();
        await floor.broadcast(sample, messages);
        await waitFor(() => heard >= messages * BROWSERS, { what: 'the floor to have told everybody', timeoutMs: 60_000, everyMs: 1 });
        return (messages * BROWSERS) / ((performance.now() - from) / 1_000);
      },
      pairsFor(quick),
    );
    // Those that were never cut off heard every event; one may tell of several lines, or of a line before an earlier one is there.
    const told = new Set(browsers.flatMap(({ events }) => [...events]));
    const lost = browsers.reduce((sum, { events }) => sum + (told.size - events.size), 0);
    if (lost > 0) throw new Error(`bench.events_lost: ${lost} of ${told.size * BROWSERS} did not arrive`);
    for (const socket of listeners) socket.terminate();
    for (const browser of browsers) browser.close();
    await daemon.stub.close();
    return {
      rows: [rowOf({ metric: `Events to ${BROWSERS} browsers`, unit: 'events/s', against: 'a bare wss broadcast of the same bytes', goal: atLeast(0.6) }, pairs)],
      remarks: [`${daemon.sent} messages in ${told.size} events to ${BROWSERS} browsers, half of which were cut off in the middle of each round: none lost.`],
    };
  } finally {
    await floor.stop();
    await site.close();
    await folder.remove();
  }
}

interface Writer {
  readonly stub: StubMachine;
  readonly held: Held;
  sent: number;
}

async function writer(site: BenchSite): Promise<Writer> {
  const project = await site.project();
  await site.activePlan(project, 1);
  const stub = site.stub(project, { purposes: ['implement'], capacity: 1 });
  const offered = new Promise<string>((resolve) => (stub.onAvailable = resolve));
  await stub.connect();
  const held = await stub.claim((await stub.offers())[0] ?? (await within(20_000, 'an offer', offered)));
  await stub.start(held);
  return { stub, held, sent: 0 };
}

async function tell(daemon: Writer): Promise<void> {
  daemon.sent += 1;
  await daemon.stub.events(daemon.held, [{ seq: daemon.sent, at: new Date().toISOString() as never, kind: 'message', payload: { text: 'a line of what the agent says' } }]);
}

async function oneFrame(daemon: Writer, browser: Browser | undefined): Promise<EventFrame> {
  if (browser === undefined) throw new Error('there is no browser');
  await tell(daemon);
  return { type: 'event', event: await waitFor(() => browser.last, { what: 'the first event', timeoutMs: 20_000, everyMs: 1 }) };
}

async function productRate(daemon: Writer, browsers: readonly Browser[], messages: number): Promise<number> {
  const from = performance.now();
  const telling = many(messages, IN_FLIGHT, () => tell(daemon));
  for (const browser of browsers.slice(0, BROWSERS / 2)) browser.cutOff();
  await telling;
  await waitFor(() => browsers.every(({ upTo }) => upTo >= daemon.sent), { what: 'everybody to have heard the last one', timeoutMs: 120_000, everyMs: 1 });
  return (messages * BROWSERS) / ((performance.now() - from) / 1_000);
}

/** Hears of one run's lines. */
class Browser {
  /** Cursors of what it was told. */
  readonly events = new Set<string>();
  /** The journal is there up to this line, as it knows. */
  upTo = 0;
  last: EventView | undefined;
  private readonly follower: EventFollower;

  private constructor(site: BenchSite, run: string) {
    this.follower = new EventFollower({ studio: site.studio.url, token: site.token, filter: `runId=${run}`, onEvent: (event) => this.take(event) });
  }

  static async open(site: BenchSite, run: string): Promise<Browser> {
    const browser = new Browser(site, run);
    await waitFor(() => browser.follower.isFollowing, { what: 'a browser to follow', timeoutMs: 20_000, everyMs: 5 });
    return browser;
  }

  cutOff(): void {
    this.follower.cutOff();
  }

  close(): void {
    this.follower.close();
  }

  private take(event: EventView): void {
    if (event.kind !== 'run/output') return;
    this.last = event;
    this.events.add(event.cursor);
    this.upTo = Math.max(this.upTo, (event.payload as { seq: number }).seq);
  }
}
