import { MUTATING } from './schedule/schedule.js';
import type { FaultKind, ScheduleOptions } from './schedule/schedule.js';
import { LEASE_MS } from './world/rhythms.js';

/** A sort of weather: which faults come, and how many of them. */
export interface Storm {
  readonly name: string;
  /** What it shows of the README's list. */
  readonly shows: readonly string[];
  /** The sentence that holds, whatever its seed. */
  readonly says: string;
  readonly timeoutMs: number;
  readonly options: ScheduleOptions;
  /** Asks something of the embedded store that it does not ask of PostgreSQL: there the studio's death is the database's. */
  readonly minds?: 'store';
}

/** Methods that a plan comes by on its way; the others are tried one by one beside the studio's own code. */
const ON_THE_WAY: readonly string[] = ['run/claim', 'run/start', 'run/checkpoint', 'run/push', 'run/finish'];

/** Both sides of the commit of each method, and of transactions of every other kind. */
const COMMIT_POINTS: readonly string[] = [...MUTATING.filter((method) => ON_THE_WAY.includes(method)).flatMap((method) => [`${method}:commit`, `${method}:committed`]), 'transaction:commit', 'transaction:committed'];

const storm = (name: string, shows: readonly string[], says: string, kinds: readonly FaultKind[], faults: number, machines = 3): Storm => ({
  name,
  shows,
  says,
  timeoutMs: 150_000,
  options: { machines, faults, kinds, points: COMMIT_POINTS, leaseMs: LEASE_MS, withinSteps: 400 },
});

export const STORMS: readonly Storm[] = [
  { ...storm('studio', ['R1'], 'A studio that is killed around its commits loses nothing and does nothing twice', ['kill_studio'], 3), minds: 'store' },
  storm('network', ['R2', 'R5', 'R6'], 'Links that break, stand half open, lose answers, repeat and reorder cost time, and nothing else', ['swallow', 'swallow', 'cut', 'half_open', 'mangle', 'mangle'], 24),
  storm('machines', ['R3', 'R4'], 'Machines that die or freeze in the middle of their work change nothing under an epoch that is over', ['crash', 'crash', 'freeze', 'cut'], 12),
];

/** Needs a PostgreSQL and a Redis that the world may make fall. */
export const SERVER_STORM: Storm = storm('servers', ['R8', 'R9'], 'A database that crashes keeps what was acknowledged, and a Redis that forgets everything costs nothing', ['crash_database', 'crash_redis', 'cut'], 8);
