import { join } from 'node:path';
import { StubMachine } from '../../rig/stub-machine.js';
import { waitFor } from '../../test-support/index.js';
import type { Site } from '../harness/site.js';
import { check } from './checker/checker.js';
import type { History } from './history/history.js';
import { randomOf } from './schedule/random.js';
import { writeThroughCrashes } from './world/crashes.js';
import { comeBack, crowding, gather } from './world/crowd.js';
import type { Crowd } from './world/crowd.js';
import { tokenFor } from './world/fleet.js';
import { killHalf } from './world/half.js';
import { readStudio, runsOf } from './world/ledger.js';
import { Recorder } from './world/recorder.js';
import { CALM, PLAIN } from './world/rhythms.js';
import type { Servers } from './world/servers.js';
import { Streamer, digestOf } from './world/stream.js';
import { layWideGround } from './world/wide-ground.js';
import { MINUTE_MS, WrongClock } from './world/wrong-clock.js';

/** Where a programme is played. */
export interface Stage {
  readonly site: Site;
  readonly servers: Servers | undefined;
  /** As large as it is meant to be, which takes minutes; otherwise as large as a suite can bear. */
  readonly large: boolean;
  readonly seed: number;
}

/** One sort of trouble, made on purpose rather than drawn by a seed. */
export interface Programme {
  readonly id: string;
  readonly says: string;
  /** Makes the database fall, so it needs one of its own. */
  readonly needsServers?: true;
  /** Asks something of the embedded store that it does not ask of PostgreSQL; the small size of the others is played on PostgreSQL only. */
  readonly minds?: 'store';
  /** @returns what was measured, for people. @throws Error when something was false. */
  play(stage: Stage): Promise<string>;
}

export const PROGRAMMES: readonly Programme[] = [
  { id: 'R3', says: 'What half of the machines had when they died goes on elsewhere once, and what they tell when they come back does not count', play: halves },
  { id: 'R7', says: 'A studio whose clock is ten minutes off and jumps takes no lease away, and still finds out who is gone', minds: 'store', play: wrongClock },
  { id: 'R8', says: 'Lines that were acknowledged survive every crash of the database, and whoever follows is told of each', needsServers: true, play: crashes },
  { id: 'R11', says: 'A crowd of machines whose studio goes comes back spread out, later when it is told to, and each to its own run', play: crowd },
  { id: 'R12', says: 'A stream of lines is the same, byte by byte, after either side was killed and the token ran out', play: stream },
];

async function halves({ site, large }: Stage): Promise<string> {
  await settle(site, {});
  const { history, orphans, waits, wrong } = await killHalf(site, large ? { machines: 40, each: 5 } : { machines: 4, each: 3 });
  sound(history);
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  return `${orphans} runs of the dead went on elsewhere, the last after ${(Math.max(...waits) / 1_000).toFixed(1)} s with a lease of 3 s`;
}

/** With the embedded store the database's clock jumps as well, since it is the studio's. */
async function wrongClock({ site, large }: Stage): Promise<string> {
  const clock = await WrongClock.make(join(site.path, 'studio-clock'));
  await settle(site, clock.env);
  const { project, grounds } = await layWideGround(site, 4);
  const machines = await holders(site, project, 4);
  const jumps = Array.from({ length: large ? 10 : 1 }, () => [10, -10, 0]).flat();
  for (const minutes of jumps) {
    await clock.set(minutes * MINUTE_MS);
    // Renewed twice under the new time by everybody, and looked at by a sweep in between.
    for (const machine of machines) for (const _beat of [1, 2]) await machine.heartbeat();
    await site.api.get('/me');
    await tokenFor(site, `signs in at ${minutes}`);
    const astray = (await runsOf(site.api, project)).filter(({ purpose, status, epoch }) => purpose === 'implement' && (status !== 'running' || epoch !== 1));
    if (astray.length > 0 || machines.some(({ held }) => held.size !== 1)) throw new Error(`with the clock ${minutes} minutes off, ${astray.length} runs were taken away`);
  }
  const [dead, ...alive] = machines;
  const [run] = [...(dead?.held.keys() ?? [])];
  dead?.cut();
  await waitFor(async () => (await runsOf(site.api, project)).find(({ id }) => id === run)?.status === 'lost', { what: 'the run of a machine that is gone to be lost', timeoutMs: 30_000, everyMs: 100 });
  for (const machine of alive) machine.cut();
  for (const { plan } of grounds) await site.api.post(`/plans/${plan}/cancel`);
  return `${jumps.length} jumps, ${machines.length} leases, none taken away`;
}

async function crashes({ site, servers, large }: Stage): Promise<string> {
  if (servers === undefined) throw new Error('there is no database to crash');
  await settle(site, CALM);
  const [writers, rounds] = large ? [8, 50] : [4, 2];
  const { history, backMs, lines } = await writeThroughCrashes(site, servers, writers, rounds);
  sound(history);
  return `${rounds} crashes, ${lines} lines of ${writers} writers; from the database being up to the next acknowledged line at most ${Math.max(...backMs).toFixed(0)} ms`;
}

/** First pauses are spread over half a second after a crash, and over a second more when the studio asked for it: a tenth of the shorter. */
const STRETCH_MS = 50;
/** Of pauses spread evenly a tenth falls into each stretch; this is more than chance makes of it, and far less than a stampede. */
const CROWDED = 0.5;
/** What a daemon waits at least when it is told to come later. */
const LATER_MS = 1_000;

async function crowd({ site, large, seed }: Stage): Promise<string> {
  await settle(site, PLAIN);
  const gathered = await gather(site, { ...(large ? { count: 1_000, pace: 1 } : { count: 30, pace: 4 }), random: randomOf(seed) });
  const found: string[] = [];
  try {
    for (const how of ['killed', 'restarted'] as const) {
      const back = await comeBack(site, gathered, how, PLAIN);
      const { troubles, connections } = back;
      if (troubles.length > 0) throw new Error(`when the studio was ${how}: ${troubles.slice(0, 5).join('; ')}`);
      spreadOut(back.pauses, `when the studio was ${how}`);
      if (!(connections <= 20)) throw new Error(`${connections} connections were open to the database, whose pool has 20`);
      if (how === 'restarted') later(back.turnedAway, gathered.members.length);
      found.push(`${how}: all back ${(back.tookMs / 1_000).toFixed(1)} s after it listened, ${connections} connections`);
    }
    await goOn(site, gathered);
  } finally {
    await gathered.close();
  }
  return `${gathered.members.length} machines; ${found.join('; ')}`;
}

/** Of the writing runs, those that somebody has go on; others were offered to somebody who was too slow, and withdrawn. */
async function goOn(site: Site, { project, members }: Crowd): Promise<void> {
  const held = new Map(members.map((each) => [each.held?.run, each.held?.epoch]));
  const begun = (await runsOf(site.api, project)).filter(({ purpose, status }) => purpose === 'implement' && status !== 'withdrawn');
  const wrong = begun.filter(({ id, status, epoch }) => status !== 'running' || epoch !== held.get(id));
  if (wrong.length > 0) throw new Error(`${wrong.length} runs did not go on: ${wrong.slice(0, 5).map(({ id, status, epoch }) => `${id} ${status} e${epoch}`).join(', ')}`);
  if (begun.length !== members.length) throw new Error(`${members.length} machines have ${begun.length} runs`);
}

/** Everybody who was told to come later did, and not all of them together. */
function later(pauses: readonly number[], machines: number): void {
  if (pauses.length !== machines || pauses.some((pause) => !(pause >= LATER_MS))) throw new Error(`of ${machines} machines that were told to come later these are the pauses: ${pauses.join(', ')}`);
  spreadOut(pauses, 'when all were told to come later');
}

function spreadOut(pauses: readonly number[], when: string): void {
  const share = crowding(pauses, STRETCH_MS);
  if (!(share < CROWDED)) throw new Error(`${when}, ${Math.round(share * 100)}% came back within ${STRETCH_MS} ms: ${pauses.join(', ')}`);
}

async function stream({ site, large, seed }: Stage): Promise<string> {
  const clock = await WrongClock.make(join(site.path, 'stream-clock'));
  const settings = { ...CALM, ...clock.env };
  await settle(site, settings);
  const { project, grounds } = await layWideGround(site, 1);
  const [ground] = grounds;
  if (ground === undefined) throw new RangeError('there is nothing to stream');
  const [recorder, random] = [new Recorder(), randomOf(seed)];
  const streamer = await Streamer.open(site, 'streamer', project, recorder);
  const [parts, bytes] = large ? [32, 2 * 1_024 * 1_024] : [4, 128 * 1_024];
  for (let part = 0; part < parts; part += 1) {
    const writing = streamer.write(bytes);
    if (part % 4 === 1) await restart(site, settings);
    else if (part % 4 === 2) {
      // An access token lives for a quarter of an hour.
      await clock.set((part + 2) * 20 * MINUTE_MS);
      streamer.cut();
    } else if (random() < 0.5) streamer.cut();
    await writing;
  }
  streamer.stop();
  const { ledger, final } = await readStudio(site.api, ground);
  sound(recorder.history(ledger, final));
  const lines = final.journals.find(({ run }) => run === streamer.run)?.lines ?? [];
  if (digestOf(lines) !== streamer.digest) throw new Error(`the journal of ${lines.length} lines is not what was written`);
  if (streamer.renewals === 0) throw new Error('the token never ran out');
  await clock.set(0);
  return `${((parts * bytes) / 1_024 / 1_024).toFixed(1)} MiB in ${lines.length} lines, equal; ${streamer.renewals} tokens renewed`;
}

/** Has the studio go on with these settings: one that does already is left as it is. */
async function settle(site: Site, settings: Readonly<Record<string, string>>): Promise<void> {
  if (!site.runsWith(settings)) await restart(site, settings);
}

/** Kills the studio and starts it with these settings. */
async function restart(site: Site, settings: Readonly<Record<string, string>>): Promise<void> {
  await site.killStudio();
  await site.startStudio(settings);
}

/** Machines that hold a running run each. */
async function holders(site: Site, project: string, count: number): Promise<readonly StubMachine[]> {
  const token = await tokenFor(site, 'holders');
  const machines = Array.from({ length: count }, (_none, number) => new StubMachine({ url: site.url, token, project, name: `m${number}`, capacity: 1, purposes: ['implement'] }));
  for (const machine of machines) {
    await machine.connect();
    const run = await waitFor(async () => (await machine.offers())[0], { what: 'a run on offer', timeoutMs: 60_000, everyMs: 20 });
    await machine.start(await machine.claim(run));
  }
  return machines;
}

function sound(history: History): void {
  const violations = check(history);
  if (violations.length > 0) throw new Error(violations.map(({ invariant, sentence }) => `${invariant}: ${sentence}`).join('\n'));
}
