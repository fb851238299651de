import { METHODS } from '@maestro/protocol';
import { between, pick, randomOf } from './random.js';
import type { Random } from './random.js';

/** Points of a stub machine's work at which its process may die; each is asked before the step that it names. */
export const WORK_STEPS = ['start', 'work', 'push', 'granted', 'pushed', 'finish', 'finished'] as const;
export type WorkStep = (typeof WORK_STEPS)[number];

export const DIRECTIONS = ['to_studio', 'to_machine', 'both'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** What is done to a world. Machines are counted from 0. */
export type Fault =
  /** SIGKILL at the n-th time that the commit point is reached, and a new start on the same data. */
  | { readonly kind: 'kill_studio'; readonly point: string; readonly times: number }
  /** The next answer to this method does not arrive, and the link ends. */
  | { readonly kind: 'swallow'; readonly machine: number; readonly method: string }
  | { readonly kind: 'cut'; readonly machine: number }
  /** Bytes vanish for so many milliseconds while the sockets stay open. */
  | { readonly kind: 'half_open'; readonly machine: number; readonly direction: Direction; readonly forMs: number }
  /** The next frames come `copies` times each, shuffled within the window. */
  | { readonly kind: 'mangle'; readonly machine: number; readonly frames: number; readonly copies: number; readonly window: number }
  | { readonly kind: 'crash'; readonly machine: number; readonly at: WorkStep }
  /** Does nothing for so many milliseconds, then goes on as if nothing had been. */
  | { readonly kind: 'freeze'; readonly machine: number; readonly forMs: number }
  /** Ends without a checkpoint, and comes back on the same data. */
  | { readonly kind: 'crash_database' }
  /** Ends, and comes back empty. */
  | { readonly kind: 'crash_redis' };

export type FaultKind = Fault['kind'];

export interface Scheduled {
  /** Calls of all machines together after which it happens. */
  readonly step: number;
  readonly fault: Fault;
}

export interface ScheduleOptions {
  readonly machines: number;
  readonly faults: number;
  /** Kinds to choose from; one that stands there twice is chosen twice as often. */
  readonly kinds: readonly FaultKind[];
  /** Commit points to choose from. */
  readonly points: readonly string[];
  /** Of the world's studio. */
  readonly leaseMs: number;
  /** The last fault comes no later. */
  readonly withinSteps: number;
}

/** Methods whose answer is worth losing: those that change something. */
export const MUTATING: readonly string[] = Object.values(METHODS).filter((method) => method.direction === 'daemon-to-studio' && method.mutating).map(({ name }) => name);

/** The faults of a seed, earliest first. The same seed and options give the same list. */
export function scheduleOf(seed: number, options: ScheduleOptions): readonly Scheduled[] {
  const random = randomOf(seed);
  const scheduled = Array.from({ length: options.faults }, () => ({ step: between(random, 10, options.withinSteps), fault: faultOf(random, options) }));
  return scheduled.sort((a, b) => a.step - b.step);
}

/** Those that a stub asks for in the course of a plan. */
const SWALLOWED = ['run/claim', 'run/start', 'run/checkpoint', 'run/push', 'run/finish'] as const;

function faultOf(random: Random, { machines, kinds, points, leaseMs }: ScheduleOptions): Fault {
  const machine = between(random, 0, machines - 1);
  const kind = pick(random, kinds);
  const point = pick(random, points);
  switch (kind) {
    case 'kill_studio':
      // Every transaction passes those of transactions, the first of them while the studio starts.
      return { kind, point, times: point.startsWith('transaction:') ? between(random, 5, 150) : between(random, 1, 4) };
    case 'swallow':
      return { kind, machine, method: pick(random, SWALLOWED) };
    case 'cut':
      return { kind, machine };
    case 'half_open':
      return { kind, machine, direction: pick(random, DIRECTIONS), forMs: Math.round(leaseMs * pick(random, [0.3, 0.6, 2])) };
    case 'mangle':
      return { kind, machine, frames: between(random, 8, 40), copies: between(random, 1, 3), window: between(random, 1, 16) };
    case 'crash':
      return { kind, machine, at: pick(random, WORK_STEPS) };
    case 'freeze':
      return { kind, machine, forMs: leaseMs * 2 };
    case 'crash_database':
    case 'crash_redis':
      return { kind };
  }
}

/** One line for reports. */
export function describeFault({ step, fault: { kind, ...details } }: Scheduled): string {
  return `step ${step}: ${kind} ${Object.entries(details).map(([name, value]) => `${name}=${value}`).join(' ')}`.trimEnd();
}
