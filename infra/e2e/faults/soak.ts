import { parseArgs } from 'node:util';
import { Site } from '../harness/site.js';
import { check } from './checker/checker.js';
import { describeFault, scheduleOf } from './schedule/schedule.js';
import { STORMS, SERVER_STORM } from './storms.js';
import type { Storm } from './storms.js';
import { haunt } from './world/zombies.js';
import { ownServers } from './world/servers.js';
import type { OwnServers } from './world/servers.js';
import { QUICK } from './world/rhythms.js';
import { playWorld } from './world/world.js';

const USAGE = 'npm run test:soak -- [--minutes <n, default 10>] [--seed <first, default from the clock>] [--db pglite|postgres, default pglite]';

interface Wanted {
  readonly minutes: number;
  readonly seed: number;
  readonly servers: OwnServers | undefined;
}

/** Plays worlds, seed after seed, until the time is over or an invariant broke. */
async function soak({ minutes, seed: first, servers }: Wanted): Promise<number> {
  const until = performance.now() + minutes * 60_000;
  const site = await Site.open({ ...QUICK, ...servers?.env });
  endOnSignals(async () => {
    await site.close();
    await servers?.stop();
  });
  const storms = servers === undefined ? STORMS : [...STORMS, SERVER_STORM];
  let [worlds, calls, stale] = [0, 0, 0];
  try {
    for (let seed = first; performance.now() < until; seed += 1) {
      for (const storm of storms) {
        calls += await playOne(site, storm, seed, servers);
        worlds += 1;
      }
      const haunted = await haunt(site, 100);
      const broken = check(haunted.history).filter(({ invariant }) => invariant === 'stale-changes-nothing');
      stale += haunted.calls;
      await site.killStudio();
      await site.startStudio();
      if (broken.length > 0 || haunted.obeyed > 0) throw new Error(`${haunted.obeyed} calls under a stale epoch were obeyed\n${broken.map(({ sentence }) => sentence).join('\n')}`);
    }
    say(`${worlds} worlds, ${calls} calls, ${stale} calls under stale epochs: nothing was ever false. Seeds from ${first}.`);
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

async function playOne(site: Site, { name, timeoutMs, options }: Storm, seed: number, servers: OwnServers | undefined): Promise<number> {
  const schedule = scheduleOf(seed, options);
  const replay = `MAESTRO_FAULT_SEEDS=${seed} npx vitest run --project e2e infra/e2e/faults/storm.e2e.ts -t '${name},'`;
  const played = await playWorld(site, { seed, schedule, machines: options.machines, tasks: 4, timeoutMs, ...(servers === undefined ? {} : { servers }) }).catch((error: unknown) => {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${schedule.map(describeFault).join('\n')}\nTo see it again: ${replay}`);
  });
  const violations = check(played.history);
  say(`${name}, seed ${seed}: ${played.calls} calls, ${played.kills} deaths of the studio, ${played.applied} other faults, ${violations.length} violations`);
  if (violations.length > 0) throw new Error([...violations.map(({ invariant, sentence }) => `${invariant}: ${sentence}`), ...schedule.map(describeFault), `To see it again: ${replay}`].join('\n'));
  return played.calls;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string', default: String(Math.floor(Date.now() / 1_000) % 1_000_000) }, db: { type: 'string', default: 'pglite' } } });
  const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
  if (!(minutes > 0) || !Number.isInteger(seed) || !['pglite', 'postgres'].includes(values.db)) {
    say(`error: this is not how it is called\ntry: ${USAGE}`);
    return 2;
  }
  return soak({ minutes, seed, servers: values.db === 'postgres' ? await ownServers() : undefined });
}

process.exitCode = await main();
