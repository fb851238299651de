import type { ProjectView } from '@maestro/protocol';
import type { Held, StubMachine } from '../../rig/stub-machine.js';
import { many } from '../lib/bare-sockets.js';
import type { BenchSite } from '../lib/bench-site.js';
import { within } from '../lib/within.js';

const WRITERS = 8;
/** What an agent says while a daemon waits for company before it sends. */
const LINES_OF_A_BATCH = 10;

/** A machine at work, and how many lines of its run it has told. */
export interface LineWriter {
  readonly stub: StubMachine;
  readonly held: Held;
  lines: number;
}

/** Machines with a run each. */
export async function writers(site: BenchSite, project: ProjectView): Promise<readonly LineWriter[]> {
  await site.activePlan(project, WRITERS);
  const machines: LineWriter[] = [];
  // One after another: whoever is there first would be offered the run of the next.
  for (let number = 0; number < WRITERS; number += 1) {
    const stub = site.stub(project, { name: `m${number}`, purposes: ['implement'], capacity: 1 });
    const offered = new Promise<string>((resolve) => (stub.onAvailable = resolve));
    await stub.connect();
    const held = await stub.claim((await stub.offers())[0] ?? (await within(20_000, 'an offer', offered)));
    await stub.start(held);
    machines.push({ stub, held, lines: 0 });
  }
  return machines;
}

/** So many batches in all, each of which leaves one event. A machine sends its next when the one before was taken, as a daemon does. */
export async function write(machines: readonly LineWriter[], batches: number): Promise<void> {
  let left = batches;
  await many(machines.length, machines.length, async (number) => {
    const machine = machines[number];
    while (machine !== undefined && left > 0) {
      left -= 1;
      await tell(machine);
    }
  });
}

async function tell(machine: LineWriter): Promise<void> {
  const first = machine.lines + 1;
  machine.lines += LINES_OF_A_BATCH;
  const lines = Array.from({ length: LINES_OF_A_BATCH }, (_none, number) => ({ seq: first + number, at: new Date().toISOString() as never, kind: 'message' as const, payload: { text: 'a line of what the agent says' } }));
  await machine.stub.events(machine.held, lines);
}
