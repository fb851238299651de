import { parseArgs } from 'node:util';
import { Site } from '../harness/site.js';
import { check } from './checker/checker.js';
import { PROGRAMMES } from './programmes.js';
import { describeFault, scheduleOf } from './schedule/schedule.js';
import { STORMS, SERVER_STORM } from './storms.js';
import type { Storm } from './storms.js';
import { QUICK } from './world/rhythms.js';
import { ownServers } from './world/servers.js';
import type { OwnServers } from './world/servers.js';
import { playWorld } from './world/world.js';
import { haunt } from './world/zombies.js';

/** Something that is done again and again, with another seed each time. */
interface Act {
  /** What it shows of the README's list. */
  readonly shows: readonly string[];
  /** @returns a line for people. @throws Error when something was false. */
  readonly play: (site: Site, seed: number, servers: OwnServers | undefined) => Promise<string>;
  readonly needsServers?: boolean;
}

const ROUNDS = 100;

const ACTS: readonly Act[] = [
  ...[...STORMS, SERVER_STORM].map((storm): Act => ({ shows: storm.shows, needsServers: storm === SERVER_STORM, play: (site, seed, servers) => playStorm(site, storm, seed, servers) })),
  { shows: ['R4'], play: playZombies },
  ...PROGRAMMES.map(({ id, needsServers = false, play }): Act => ({ shows: [id], needsServers, play: async (site, seed, servers) => `${id}, seed ${seed}: ${await play({ site, servers, large: true, seed })}` })),
];

const NAMES = [...new Set(ACTS.flatMap(({ shows }) => shows))].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));

const USAGE = `npm run test:soak -- [--minutes <n, default 10>] [--seed <first, default from the clock>] [--db pglite|postgres, default pglite] [--only ${NAMES.join('|')}]`;

interface Wanted {
  readonly acts: readonly Act[];
  readonly minutes: number;
  readonly seed: number;
  readonly servers: OwnServers | undefined;
}

/** Plays every act, seed after seed, until the time is over or something was false; each at least once. */
async function soak({ acts, minutes, seed: first, servers }: Wanted): Promise<number> {
  const until = performance.now() + minutes * 60_000;
  const site = await Site.open({ ...QUICK, ...servers?.env });
  endOnSignals(async () => {
    await site.close();
    await servers?.stop();
  });
  let played = 0;
  try {
    for (let seed = first; played === 0 || performance.now() < until; seed += 1) {
      for (const { play } of acts) {
        say(await play(site, seed, servers));
        played += 1;
        // The next act begins on a studio that nothing was done to.
        await site.killStudio();
        await site.startStudio();
      }
    }
    say(`${played} acts: nothing was ever false. Seeds from ${first}.`);
    return 0;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    await site.close();
    await servers?.stop();
  }
}

/** The studio is a group of its own, which Ctrl-C does not reach. */
function endOnSignals(end: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end().finally(() => process.exit(130)));
}

async function playStorm(site: Site, { name, timeoutMs, options }: Storm, seed: number, servers: OwnServers | undefined): Promise<string> {
  const schedule = scheduleOf(seed, options);
  const replay = `MAESTRO_FAULT_SEEDS=${seed} npx vitest run --project e2e infra/e2e/faults/storm.e2e.ts -t '${name},'`;
  const played = await playWorld(site, { seed, schedule, machines: options.machines, tasks: 4, timeoutMs, ...(servers === undefined ? {} : { servers }) }).catch((error: unknown) => {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${schedule.map(describeFault).join('\n')}\nTo see it again: ${replay}`);
  });
  const violations = check(played.history);
  if (violations.length > 0) throw new Error([...violations.map(({ invariant, sentence }) => `${invariant}: ${sentence}`), ...schedule.map(describeFault), `To see it again: ${replay}`].join('\n'));
  return `${name}, seed ${seed}: ${played.calls} calls, ${played.kills} deaths of the studio, ${played.applied} other faults`;
}

async function playZombies(site: Site): Promise<string> {
  const { history, calls, obeyed } = await haunt(site, ROUNDS);
  const broken = check(history).filter(({ invariant }) => invariant === 'stale-changes-nothing');
  if (broken.length > 0 || obeyed > 0) throw new Error(`${obeyed} calls under a stale epoch were obeyed\n${broken.map(({ sentence }) => sentence).join('\n')}`);
  return `R4: ${calls} calls under stale epochs, none obeyed`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(Math.floor(Date.now() / 1_000) % 1_000_000) },
      db: { type: 'string', default: 'pglite' },
      only: { type: 'string' },
    },
  });
  const [minutes, seed, onServers] = [Number(values.minutes), Number(values.seed), values.db === 'postgres'];
  const acts = ACTS.filter(({ shows, needsServers = false }) => (onServers || !needsServers) && (values.only === undefined || shows.includes(values.only)));
  if (!(minutes > 0) || !Number.isInteger(seed) || !['pglite', 'postgres'].includes(values.db) || (values.only !== undefined && !NAMES.includes(values.only))) {
    say(`error: this is not how it is called\ntry: ${USAGE}`);
    return 2;
  }
  if (acts.length === 0) {
    say(`error: ${values.only} makes a database fall\ntry: npm run test:soak -- --only ${values.only} --db postgres`);
    return 2;
  }
  return soak({ acts, minutes, seed, servers: onServers ? await ownServers() : undefined });
}

process.exitCode = await main();
