import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { METHODS, PURPOSES, SUPPORTED_VERSIONS } from '@maestro/protocol';
import type { Peer } from '@maestro/protocol';
import { ROOT } from '../../../rig/folders.js';
import type { Welcome } from '../../../rig/stub-link.js';
import { newId, uuidV7 } from '../../../rig/uuid-v7.js';
import { waitFor } from '../../../test-support/index.js';
import type { Site } from '../../harness/site.js';
import type { Random } from '../schedule/random.js';
import { COME_LATER, Door } from './door.js';
import { tokenFor } from './fleet.js';
import { quickClock } from './quick-clock.js';
import type { LinkClock } from './quick-clock.js';
import { layWideGround } from './wide-ground.js';

/** The daemon's own link to its studio, as built: how it waits and comes back is what is asked about here. */
interface StudioLink {
  readonly online: boolean;
  readonly leases: { hold(run: string, epoch: number, sentAt: number): void };
  readonly request: Peer<'daemon-to-studio'>['request'];
  start(): void;
  stop(opId: string): Promise<void>;
  leasesChanged(): void;
}
type LinkState = { readonly kind: string; readonly since: number; readonly retryAt?: number; readonly sentence?: string };
interface Daemon {
  readonly StudioLink: new (options: object) => StudioLink;
  readonly systemClock: () => LinkClock;
}

async function builtDaemon(): Promise<Daemon> {
  const load = async (path: string): Promise<object> => (await import(pathToFileURL(join(ROOT, 'daemon/dist', path)).href)) as object;
  return Object.assign({}, await load('features/studio-link/index.js'), await load('platform/clock.js')) as Daemon;
}

/** A machine that holds one run, does nothing with it, and comes back as a daemon does. */
export class Returner {
  readonly machine = uuidV7();
  held: { readonly run: string; readonly epoch: number } | undefined;
  /** Times that a studio greeted it. */
  welcomes = 0;
  /** Of its tries to come back: the milliseconds that it chose to wait before each. */
  readonly pauses: number[] = [];
  /** Those of them before which it was told to come later. */
  readonly turnedAway: number[] = [];
  /** What should not have been said to it. */
  readonly troubles: string[] = [];
  private claiming = false;
  private readonly link: StudioLink;
  private readonly clock: LinkClock;

  constructor(daemon: Daemon, private readonly options: { readonly studio: string; readonly token: string; readonly project: string; readonly name: string; readonly random: Random; readonly pace: number }) {
    const { studio, token, random, pace } = options;
    const access = () => Promise.resolve({ ok: true, token });
    this.clock = quickClock(daemon.systemClock(), pace);
    this.link = new daemon.StudioLink({
      studio,
      random,
      clock: this.clock,
      tokens: { access, afterRejection: access },
      handler: this.handler(),
      onProblem: ({ id }: { readonly id: string }) => void this.troubles.push(id),
      onState: (state: LinkState) => this.became(state),
    });
    this.link.start();
  }

  get online(): boolean {
    return this.link.online;
  }

  stop(): Promise<void> {
    return this.link.stop(uuidV7());
  }

  async claim(run: string): Promise<void> {
    if (this.held !== undefined || this.claiming) return;
    this.claiming = true;
    await this.take(run).finally(() => (this.claiming = false));
  }

  private async take(run: string): Promise<void> {
    const sentAt = this.clock.steady();
    const { packet } = await this.link.request(METHODS.runClaim, { opId: newId(), run: run as never });
    this.held = { run, epoch: packet.epoch };
    await this.link.request(METHODS.runStart, { opId: newId(), run: run as never, epoch: packet.epoch, startedAt: new Date().toISOString() });
    this.link.leases.hold(run, packet.epoch, sentAt);
    this.link.leasesChanged();
  }

  /** Takes what is on offer, in case that the hint came before it listened. */
  async look(): Promise<void> {
    if (this.held !== undefined || !this.online) return;
    const [run] = (await this.link.request(METHODS.runOffers, {})).runs;
    if (run !== undefined) await this.claim(run);
  }

  private became({ kind, since, retryAt = since, sentence = '' }: LinkState): void {
    if (kind === 'offline') this.pauses.push(retryAt - since);
    if (kind === 'offline' && sentence === COME_LATER) this.turnedAway.push(retryAt - since);
    if (kind === 'signed_out' || kind === 'refused') this.troubles.push(`${kind}: ${sentence}`);
  }

  private handler(): object {
    const ignore = (): void => undefined;
    return {
      hello: () => Promise.resolve(this.hello()),
      welcomed: (welcome: Welcome, sentAt: number) => this.welcomed(welcome, sentAt),
      freeSlots: () => (this.held === undefined ? 1 : 0),
      invalid: (runs: readonly string[]) => void this.troubles.push(...runs.map((run) => `the lease of ${run} is gone`)),
      available: (run: string) => void this.claim(run).catch(ignore),
      cancel: (run: string) => void this.troubles.push(`run ${run} was cancelled`),
      disconnected: ignore, draining: ignore, hold: ignore, steer: ignore, said: ignore, reaped: ignore, assigned: ignore,
    };
  }

  private hello(): object {
    const { project, name } = this.options;
    return {
      protocol: { ...SUPPORTED_VERSIONS }, daemonVersion: '0.1.0', machine: this.machine, hostname: 'stub', project, name, role: 'lead', purposes: PURPOSES.filter((each) => each === 'implement'),
      agents: [{ name: 'rehearsal', models: [] }], skills: [], capacity: 1, reachable: true, mayPush: true, runs: this.held === undefined ? [] : [{ ...this.held, state: 'running' }],
    };
  }

  private welcomed({ runs }: Welcome, sentAt: number): void {
    this.welcomes += 1;
    for (const settled of runs) {
      if (settled.decision !== 'continue') this.troubles.push(`run ${settled.run} was not to be continued`);
      else {
        this.held = { run: settled.run, epoch: settled.epoch };
        this.link.leases.hold(settled.run, settled.epoch, sentAt);
      }
    }
  }
}

/** A studio lets one credential open so many sockets and no more; this is half of that, for those that are not yet known to be gone. */
const SHARE_A_TOKEN = 100;

export interface Crowd {
  readonly project: string;
  readonly members: readonly Returner[];
  close(): Promise<void>;
}

/** So many machines, each with a run of its own. @param pace how many times as fast time passes for them: what is asked is who waits for how long, not how long that takes. */
export async function gather(site: Site, { count, pace, random }: { readonly count: number; readonly pace: number; readonly random: Random }): Promise<Crowd> {
  const daemon = await builtDaemon();
  const { project } = await layWideGround(site, count, { concurrency: { project: 1_000, session: 1 } });
  const tokens: string[] = [];
  for (let number = 0; number < count; number += SHARE_A_TOKEN) tokens.push(await tokenFor(site, `crowd ${number}`));
  const tokenOf = (number: number): string => tokens[Math.floor(number / SHARE_A_TOKEN)] ?? '';
  const members = Array.from({ length: count }, (_none, number) => new Returner(daemon, { studio: site.url, token: tokenOf(number), project, name: `m${number}`, random, pace }));
  await waitFor(async () => {
    await Promise.all(members.map((each) => each.look().catch(() => undefined)));
    return members.every(({ held }) => held !== undefined);
  }, { what: 'every machine to hold a run', timeoutMs: 600_000, everyMs: 200 });
  return {
    project,
    members,
    close: async () => {
      await Promise.all(members.map((each) => each.stop()));
    },
  };
}

export interface Storm {
  /** Milliseconds from the moment at which the studio listened again until the last machine was welcomed. */
  readonly tookMs: number;
  /** Pauses before the first try. */
  readonly pauses: readonly number[];
  /** Pauses of those who were told to come later, one of each. */
  readonly turnedAway: readonly number[];
  /** The most connections that were open to the database, as the studio counts them. */
  readonly connections: number;
  readonly troubles: readonly string[];
}

/**
 * The studio goes, by a crash or in order, and comes back; everybody is at its door. After one that went in order somebody stands there
 * first who sends all of them away. People ask it for something meanwhile.
 */
export async function comeBack(site: Site, { members }: Crowd, how: 'killed' | 'restarted', settings: Readonly<Record<string, string>>): Promise<Storm> {
  const before = members.map(({ welcomes, pauses }) => ({ welcomes, pauses: pauses.length }));
  if (how === 'killed') await site.killStudio();
  else {
    await site.stopStudio();
    await turnAway(site.url, members);
  }
  await site.startStudio(settings);
  const from = performance.now();
  let connections = 0;
  await waitFor(async () => {
    await site.api.get('/me');
    connections = Math.max(connections, await openConnections(site.url));
    return members.every(({ welcomes, online }, number) => online && welcomes > (before[number]?.welcomes ?? 0));
  }, { what: 'every machine to be back', timeoutMs: 120_000, everyMs: 20 });
  return {
    tookMs: performance.now() - from,
    pauses: members.map(({ pauses }, number) => pauses[before[number]?.pauses ?? 0] ?? Number.NaN),
    turnedAway: members.flatMap(({ turnedAway }) => turnedAway.slice(0, 1)),
    connections,
    troubles: members.flatMap(({ troubles }) => troubles),
  };
}

async function turnAway(url: string, members: readonly Returner[]): Promise<void> {
  const door = await Door.open(url);
  try {
    await waitFor(() => members.every(({ turnedAway }) => turnedAway.length > 0), { what: 'every machine to be told to come later', timeoutMs: 120_000, everyMs: 10 });
  } finally {
    await door.close();
  }
}

async function openConnections(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/database_connections\{state="open"\} (\d+)/.exec(text)?.[1] ?? Number.NaN);
}

/** Of so many numbers, the share that lies in the fullest stretch of this length. 1 is a stampede. */
export function crowding(numbers: readonly number[], stretch: number): number {
  const stretches = new Map<number, number>();
  for (const number of numbers) {
    const which = Math.floor(number / stretch);
    stretches.set(which, (stretches.get(which) ?? 0) + 1);
  }
  return Math.max(...stretches.values()) / numbers.length;
}
