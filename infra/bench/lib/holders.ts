import type { ProjectView } from '@maestro/protocol';
import type { StubMachine } from '../../rig/stub-machine.js';
import { waitFor } from '../../test-support/index.js';
import type { BenchSite } from './bench-site.js';

/** Machines beat when they are told to, and nothing runs out meanwhile: what is counted is what was asked for. */
export const NO_BEATS_OF_THEIR_OWN = { MAESTRO_LEASE_SECONDS: '600', MAESTRO_HEARTBEAT_SECONDS: '200', MAESTRO_IDLE_HEARTBEAT_SECONDS: '600' };

/** The most that one plan can have. */
const MOST_TASKS = 500;

/** Has each of these machines, which are connected and idle, hold a running run. */
export async function holdOneEach(site: BenchSite, project: ProjectView, machines: readonly StubMachine[]): Promise<void> {
  for (const machine of machines) machine.onAvailable = (run) => void machine.claim(run).then((held) => machine.start(held)).catch(() => undefined);
  // One plan after another: the epic branch of the next would wait until the tasks of the one before are all offered.
  for (let held = 0; held < machines.length; ) {
    const wanted = Math.min(machines.length, held + MOST_TASKS);
    await site.activePlan(project, wanted - held, `Plan ${held}`);
    await waitFor(() => machines.filter((machine) => machine.held.size === 1).length === wanted, { what: `${wanted} machines to hold a run`, timeoutMs: 300_000, everyMs: 50 });
    held = wanted;
  }
}
