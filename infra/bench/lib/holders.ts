import type { StubMachine } from '../../rig/stub-machine.js';
import { waitFor } from '../../test-support/index.js';
import { many } from './bare-sockets.js';
import type { BenchSite } from './bench-site.js';

/** Machines beat when they are told to, and nothing runs out meanwhile: what is counted is what was asked for. */
export const NO_BEATS_OF_THEIR_OWN = { MAESTRO_LEASE_SECONDS: '600', MAESTRO_HEARTBEAT_SECONDS: '200', MAESTRO_IDLE_HEARTBEAT_SECONDS: '600' };

const CONNECT_AT_ONCE = 64;
/** Choosing among a thousand machines for each of a thousand tasks takes minutes, and is not what is to be measured. */
const MACHINES_OF_A_PROJECT = 100;

/** So many connected machines, each of which holds a running run. */
export async function holders(site: BenchSite, count: number): Promise<readonly StubMachine[]> {
  const machines: StubMachine[] = [];
  while (machines.length < count) machines.push(...(await ofOneProject(site, Math.min(MACHINES_OF_A_PROJECT, count - machines.length))));
  return machines;
}

async function ofOneProject(site: BenchSite, count: number): Promise<readonly StubMachine[]> {
  const project = await site.project({ concurrency: { project: count + 1, session: 1 } });
  const machines = await site.stubs(project, count, (number) => ({ name: `m${number}`, purposes: ['implement'], capacity: 1 }));
  for (const machine of machines) machine.onAvailable = (run) => void machine.claim(run).then((held) => machine.start(held)).catch(() => undefined);
  await many(count, CONNECT_AT_ONCE, async (number) => machines[number]?.connect());
  await site.activePlan(project, count);
  await waitFor(() => machines.every(({ held }) => held.size === 1), { what: `${count} machines to hold a run each`, timeoutMs: 120_000, everyMs: 20 });
  return machines;
}
