import type { HeldRun, PlanTree } from '@maestro/protocol';
import { StubMachine } from '../../../rig/stub-machine.js';
import type { Held } from '../../../rig/stub-machine.js';
import { waitFor } from '../../../test-support/index.js';
import type { Site } from '../../harness/site.js';
import type { History } from '../history/history.js';
import { tokenFor } from './fleet.js';
import { readStudio, runsOf } from './ledger.js';
import { Recorder } from './recorder.js';
import { layWideGround } from './wide-ground.js';
import { objectName } from './work.js';

export interface Halved {
  readonly history: History;
  /** Runs that the dead had, each given to somebody else once. */
  readonly orphans: number;
  /** Milliseconds from the death until each was started elsewhere. */
  readonly waits: readonly number[];
  /** Of the dead that came back: runs that they were not told to stop, and outcomes that counted although the work had gone on elsewhere. */
  readonly wrong: readonly string[];
}

interface Taken extends Held {
  readonly by: string;
  readonly task: string;
}

/**
 * Machines work, half of them die at once, as `kill -9` and a power failure look from outside, and heirs take their work over. Then the
 * dead come back with everything that they had, and tell what they had finished.
 */
/** @param each runs that each machine has. */
export async function killHalf(site: Site, { machines, each }: { readonly machines: number; readonly each: number }): Promise<Halved> {
  const { project, grounds } = await layWideGround(site, machines * each);
  const ground = grounds[0];
  if (ground === undefined || grounds.length > 1) throw new RangeError('so many runs are more than one plan has');
  const recorder = new Recorder();
  const token = await tokenFor(site, 'halves');
  const taken: Taken[] = [];
  // Told of by a hint and by a look, each run is claimed once.
  const asked = new Set<string>();
  const make = (name: string): StubMachine => {
    const machine = new StubMachine({ url: site.url, token, project, name, capacity: each, purposes: ['implement'], observe: recorder.observer(name) });
    machine.onAvailable = (run) => {
      if (asked.has(run)) return;
      asked.add(run);
      take(machine, name, run, taken).catch(() => asked.delete(run));
    };
    return machine;
  };
  const all = Array.from({ length: machines }, (_none, number) => make(`m${number}`));
  const heirs = Array.from({ length: machines / 2 }, (_none, number) => make(`heir${number}`));
  try {
    await fill(all, machines * each, taken);
    const dead = all.slice(0, machines / 2);
    const orphaned = new Map(taken.filter(({ by }) => dead.some((_each, number) => by === `m${number}`)).map((each) => [each.task, each]));
    for (const machine of dead) machine.cut();
    const waits = await inherit(heirs, orphaned, taken);
    const wrong = await returnLate(dead, [...orphaned.values()]);
    for (const held of taken.filter(({ by, task }) => !orphaned.has(task) || by.startsWith('heir'))) await end([...all, ...heirs], held);
    const { ledger, final } = await readStudio(site.api, ground);
    return { history: recorder.history(ledger, final), orphans: orphaned.size, waits, wrong: [...wrong, ...(await twice(site, ground.plan, project))] };
  } finally {
    for (const machine of [...all, ...heirs]) machine.cut();
    await site.api.post(`/plans/${ground.plan}/cancel`);
  }
}

async function take(machine: StubMachine, by: string, run: string, taken: Taken[]): Promise<void> {
  const held = await machine.claim(run);
  await machine.start(held);
  taken.push({ ...held, by, task: held.packet.task?.id ?? '' });
}

async function fill(machines: readonly StubMachine[], runs: number, taken: readonly Taken[]): Promise<void> {
  for (const machine of machines) await machine.connect();
  await waitFor(async () => {
    for (const machine of machines) for (const run of await machine.offers()) machine.onAvailable(run);
    return taken.length === runs;
  }, { what: 'every machine to be full', timeoutMs: 120_000, everyMs: 50 });
}

async function inherit(heirs: readonly StubMachine[], orphaned: ReadonlyMap<string, Taken>, taken: readonly Taken[]): Promise<readonly number[]> {
  const from = performance.now();
  const waits = new Map<string, number>();
  for (const heir of heirs) await heir.connect();
  await waitFor(async () => {
    for (const heir of heirs) for (const run of await heir.offers()) heir.onAvailable(run);
    for (const { by, task } of taken) if (by.startsWith('heir') && !waits.has(task)) waits.set(task, performance.now() - from);
    return [...orphaned.keys()].every((task) => waits.has(task));
  }, { what: 'every run of the dead to be elsewhere', timeoutMs: 120_000, everyMs: 50 });
  return [...waits.values()];
}

/** What they still say they have is to be put down; what they have finished is not to count. */
async function returnLate(dead: readonly StubMachine[], orphaned: readonly Taken[]): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const [number, machine] of dead.entries()) {
    const own = orphaned.filter(({ by }) => by === `m${number}`);
    const held: readonly HeldRun[] = own.map(({ run, epoch }) => ({ run: run as never, epoch, state: 'running' }));
    for (const { run, decision } of (await machine.connect(held)).runs) if (decision !== 'stop') wrong.push(`run ${run}: ${decision}`);
    for (const each of own) {
      const { counted } = await machine.finish(each, produced());
      if (counted === 'counted') wrong.push(`run ${each.run} counted`);
    }
  }
  return wrong;
}

async function end(machines: readonly StubMachine[], held: Taken): Promise<void> {
  const holder = machines.find((machine) => machine.held.has(held.run));
  await holder?.finish(held, produced());
}

function produced(): never {
  return { kind: 'produced', head: objectName(), tree: objectName(), base: objectName(), baseTree: objectName(), tip: objectName(), commits: 1, filesChanged: 1, finalMessage: 'Done.' } as never;
}

/** Tasks of which more than one writing run succeeded. */
async function twice(site: Site, plan: string, project: string): Promise<readonly string[]> {
  const { tasks } = await site.api.get<PlanTree>(`/plans/${plan}`);
  const runs = (await runsOf(site.api, project)).filter(({ purpose, status }) => purpose === 'implement' && status === 'succeeded');
  return tasks.flatMap(({ id, key }) => {
    const times = runs.filter(({ taskId }) => taskId === id).length;
    return times === 1 ? [] : [`${key} was written ${times} times`];
  });
}
