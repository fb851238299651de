import type { StubMachine } from '../../rig/stub-machine.js';
import { waitFor } from '../../test-support/index.js';
import type { BenchContext, Found } from '../lib/bench.js';
import { BenchSite } from '../lib/bench-site.js';
import { atMost, rowOf } from '../lib/compare.js';
import { percentile } from '../report.js';

const MACHINES = 20;
const EACH = 5;

/**
 * From the death of half of the machines to each of their runs being offered to another one, with no grace. A link that breaks counts
 * nothing: what ends the wait is the lease, so the ratio is against the lease itself.
 */
export async function redispatch({ quick }: BenchContext): Promise<Found> {
  const leaseSeconds = quick ? 3 : 15;
  const site = await BenchSite.open({ MAESTRO_LEASE_SECONDS: String(leaseSeconds), MAESTRO_HEARTBEAT_SECONDS: String(leaseSeconds / 3) });
  try {
    const rounds = quick ? 1 : 3;
    const waits: number[] = [];
    for (let round = 0; round < rounds; round += 1) waits.push(...(await killHalf(site)));
    const row = rowOf({ metric: 'Crash to redispatch, p99', unit: 's', against: 'the lease', goal: atMost(1.33) }, [{ product: percentile(waits, 0.99), floor: leaseSeconds }]);
    return { rows: [row], remarks: [`${waits.length} runs of ${rounds} rounds; median ${percentile(waits, 0.5).toFixed(1)} s.`] };
  } finally {
    await site.close();
  }
}

async function killHalf(site: BenchSite): Promise<readonly number[]> {
  const project = await site.project({ lostGraceSeconds: 0, concurrency: { project: 1_000, session: EACH * 2 } });
  const machines = Array.from({ length: MACHINES }, (_none, number) => site.stub(project, { name: `m${number}`, purposes: ['implement'], capacity: EACH }));
  const taskOf = new Map<string, string>();
  for (const machine of machines) machine.onAvailable = (run) => void take(machine, run, taskOf).catch(() => undefined);
  for (const machine of machines) await machine.connect();
  await site.activePlan(project, MACHINES * EACH);
  await waitFor(() => machines.every(({ held }) => held.size === EACH), { what: 'every machine to be full', timeoutMs: 120_000, everyMs: 50 });

  const dead = machines.slice(0, MACHINES / 2);
  const orphans = new Set(dead.flatMap(({ held }) => [...held.keys()].map((run) => taskOf.get(run) ?? '')));
  // Those that live get room for what the dead leave.
  const heirs = Array.from({ length: MACHINES / 2 }, (_none, number) => site.stub(project, { name: `heir${number}`, purposes: ['implement'], capacity: EACH }));
  const waits: number[] = [];
  let from = Number.NaN;
  for (const heir of heirs) {
    heir.onAvailable = (run) => {
      const waited = (performance.now() - from) / 1_000;
      void take(heir, run, taskOf)
        .then((task) => (orphans.delete(task) ? waits.push(waited) : undefined))
        .catch(() => undefined);
    };
    await heir.connect();
  }
  from = performance.now();
  for (const machine of dead) machine.cut();
  await waitFor(() => orphans.size === 0, { what: 'every run of the dead to be elsewhere', timeoutMs: 120_000, everyMs: 50 });
  for (const machine of [...machines, ...heirs]) machine.cut();
  return waits;
}

/** @returns the run's task. */
async function take(machine: StubMachine, run: string, taskOf: Map<string, string>): Promise<string> {
  const held = await machine.claim(run);
  const task = held.packet.task?.id ?? '';
  taskOf.set(run, task);
  await machine.start(held);
  return task;
}
