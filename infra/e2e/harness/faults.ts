import { waitFor } from '../../test-support/index.js';
import { markedProcesses } from './checks.js';
import type { Scene } from './scene.js';
import type { SiteMachine } from './site.js';
import type { Step } from './steps.js';

/** What an agent leaves behind that killing its process group does not reach: only its mark tells whose it is. */
export function straggler(scene: Scene): Step {
  return { spawn_children: { count: 1, file: scene.path('stragglers') } };
}

/** Ids of the processes that carry the run's mark; empty when none is left. */
export async function processesOf(runId: string): Promise<readonly number[]> {
  return [...(await markedProcesses(new Set([runId])))].sort((a, b) => a - b);
}

/** `kill -9` of the daemon alone: what it started lives on. Returns what does. */
export async function killDaemon(at: SiteMachine, runId: string): Promise<readonly number[]> {
  await at.machine.kill();
  return processesOf(runId);
}

/** Starts the daemon again on the same home, for the scene's project. */
export function restartDaemon(scene: Scene, at: SiteMachine): Promise<void> {
  return scene.connect(at);
}

/** Waits until none of these processes is left of the run; those that it started since may live. */
export async function gone(runId: string, before: readonly number[]): Promise<void> {
  const left = async (): Promise<readonly number[]> => (await processesOf(runId)).filter((pid) => before.includes(pid));
  await waitFor(async () => (await left()).length === 0, { what: `the processes ${before.join(', ')} of run ${runId} to be gone`, timeoutMs: 10_000, everyMs: 50 });
}

/** The machine sleeps: its daemon does nothing, and its connections stay open. What the daemon started goes on. */
export function freeze(at: SiteMachine): void {
  process.kill(at.machine.child.pid, 'SIGSTOP');
}

export function thaw(at: SiteMachine): void {
  process.kill(at.machine.child.pid, 'SIGCONT');
}
