import pg from 'pg';
import type { WebSocket } from 'ws';
import { makeTempFolder, waitFor } from '../../test-support/index.js';
import { openBare } from '../lib/bare-sockets.js';
import type { BenchContext, Found } from '../lib/bench.js';
import { BenchSite } from '../lib/bench-site.js';
import { certificate } from '../lib/certificate.js';
import { atLeast, interleave, pairsFor, rowOf } from '../lib/compare.js';
import { FloorServer } from '../lib/floor-server.js';
import { Browser } from './browser.js';
import { Ledger } from './ledger.js';
import { write, writers } from './line-writers.js';
import type { LineWriter } from './line-writers.js';

const BROWSERS = 100;

/**
 * From the ledger to a hundred browsers. Several machines write their lines, in batches as a daemon sends them, while a transaction that is
 * still running keeps anybody from reading that far: writing is neither timed nor takes anything from what is. The clock runs from the end of
 * that transaction until the last browser has heard of everything that the database has. Half of the browsers are cut off in the middle, and
 * come back from their cursors.
 */
export async function fanOut({ say, quick }: BenchContext): Promise<Found> {
  const folder = await makeTempFolder('bench-tls');
  const site = await BenchSite.open();
  const pool = new pg.Pool({ connectionString: site.postgres.url, max: 2 });
  // The server's end would be an error that nobody hears.
  pool.on('error', () => undefined);
  const floor = await FloorServer.start(await certificate(folder.path));
  try {
    const batches = quick ? 40 : 1_000;
    const project = await site.project({ concurrency: { project: 100, session: 1 } });
    const machines = await writers(site, project);
    const ledger = new Ledger(pool, project.id);
    const browsers = await Promise.all(Array.from({ length: BROWSERS }, () => Browser.open(site, project.id)));
    const listeners = await Promise.all(Array.from({ length: BROWSERS }, () => openBare(floor.url)));
    await write(machines, 1);
    const sample = await waitFor(() => browsers[0]?.lastFrame, { what: 'the first event', timeoutMs: 20_000, everyMs: 1 });
    let round = 0;
    const pairs = await interleave(
      async () => {
        say(`round ${(round += 1)}`);
        return productRate(ledger, machines, browsers, batches);
      },
      () => floorRate(floor, listeners, sample, batches),
      pairsFor(quick),
    );
    const told = await compared(ledger, browsers);
    for (const socket of listeners) socket.terminate();
    for (const browser of browsers) browser.close();
    await Promise.all(machines.map(({ stub }) => stub.close()));
    return {
      rows: [rowOf({ metric: `Events to ${BROWSERS} browsers`, unit: 'events/s', against: 'a bare wss broadcast of the same bytes', goal: atLeast(0.6) }, pairs)],
      remarks: [`${told.toLocaleString('en')} events of the ledger to each of ${BROWSERS} browsers, half of which were cut off in the middle of each round: each heard of every one, once.`],
    };
  } finally {
    await floor.stop();
    await pool.end();
    await site.close();
    await folder.remove();
  }
}

async function productRate(ledger: Ledger, machines: readonly LineWriter[], browsers: readonly Browser[], batches: number): Promise<number> {
  const release = await ledger.holdBack();
  await write(machines, batches);
  const [before, all] = [browsers[0]?.heard ?? 0, (await ledger.cursors()).length];
  const events = all - before;
  for (const browser of browsers.slice(0, BROWSERS / 2)) browser.cutOffAt(before + Math.floor(events / 2));
  const from = performance.now();
  await release();
  await waitFor(() => browsers.every(({ heard }) => heard >= all), { what: 'everybody to have heard of everything', timeoutMs: 120_000, everyMs: 1 });
  return (events * BROWSERS) / ((performance.now() - from) / 1_000);
}

/** Listeners read what they hear, as browsers do. */
async function floorRate(floor: FloorServer, listeners: readonly WebSocket[], sample: string, times: number): Promise<number> {
  let heard = 0;
  for (const socket of listeners) {
    socket.removeAllListeners('message');
    socket.on('message', (data) => {
      JSON.parse((data as Buffer).toString());
      heard += 1;
    });
  }
  const from = performance.now();
  await floor.broadcast(sample, times);
  await waitFor(() => heard >= times * BROWSERS, { what: 'the floor to have told everybody', timeoutMs: 60_000, everyMs: 1 });
  return (times * BROWSERS) / ((performance.now() - from) / 1_000);
}

/** @returns how many events the ledger has. @throws Error when somebody did not hear of one of them, or of one twice. */
async function compared(ledger: Ledger, browsers: readonly Browser[]): Promise<number> {
  const cursors = await ledger.cursors();
  const lost = browsers.reduce((sum, browser) => sum + cursors.filter((cursor) => !browser.knows(cursor)).length, 0);
  const twice = browsers.reduce((sum, browser) => sum + browser.twice, 0);
  if (lost + twice > 0) throw new Error(`bench.events_lost: of ${cursors.length * BROWSERS}, ${lost} did not arrive and ${twice} came twice`);
  return cursors.length;
}
