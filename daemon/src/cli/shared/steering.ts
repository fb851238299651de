import { ENDPOINTS } from '../../features/studio-api/index.js';
import { LocalRefusal } from '../../platform/line-rpc.js';
import type { Report } from '../command.js';
import { spoken } from '../format/words.js';
import { findRun } from './find-run.js';
import { readTaskKey } from './find-task.js';
import type { Machine } from './machine.js';

export interface Steering {
  readonly text: string;
  /** A run's id or the end of it, or the key of a task; absent: the only run at work on this machine. */
  readonly of: string | undefined;
  readonly project: string | undefined;
}

/** Gives words to the agent of a run: on this machine directly, elsewhere through the studio. */
export async function steerRun(machine: Machine, steering: Steering): Promise<Report> {
  const here = await steerHere(machine, steering);
  if (here !== undefined) return here;
  // Without a name only runs on this machine are meant; there is no daemon, so there are none.
  if (steering.of === undefined) return machine.daemon().then(() => ({ json: undefined, text: '' }));
  const studio = await machine.studio();
  const run = await findRun(machine, studio, steering.of, steering.project);
  await studio.call(ENDPOINTS.steerRun, { path: { run: run.id }, body: { text: steering.text } });
  return { json: { run: run.id, taskKey: run.taskKey, by: 'studio' }, text: `The agent of ${run.taskKey ?? `the ${spoken(run.purpose)} run`} gets it from the studio.` };
}

async function steerHere(machine: Machine, { text, of }: Steering): Promise<Report | undefined> {
  const daemon = await machine.findDaemon();
  if (daemon === undefined) return undefined;
  try {
    const run = of === undefined ? undefined : ((await runHere(daemon, of)) ?? null);
    if (run === null) return undefined;
    const steered = await daemon.call('steer', { text, ...(run === undefined ? {} : { run }) });
    return { json: { run: steered.run, taskKey: steered.taskKey ?? null, by: 'daemon' }, text: `The agent of ${steered.taskKey ?? 'the run'} gets it here.` };
  } catch (error) {
    // It ended between the two questions; the studio knows what became of it.
    if (of !== undefined && error instanceof LocalRefusal && error.code === 'no_such_run') return undefined;
    throw error;
  } finally {
    daemon.close();
  }
}

async function runHere(daemon: Awaited<ReturnType<Machine['daemon']>>, of: string): Promise<string | undefined> {
  const { sessions } = await daemon.call('status', {});
  const key = readTaskKey(of)?.key;
  const lines = sessions.flatMap((session) => session.runs).filter((run) => run.state === 'running' || run.state === 'claimed');
  const fitting = lines.filter((run) => (key === undefined ? run.run.endsWith(of.toLowerCase()) : run.taskKey === key));
  return fitting.length === 1 ? fitting[0]?.run : undefined;
}
