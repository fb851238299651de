import type { RunView } from '@maestro/protocol';
import { ENDED_RUN_STATES } from '@maestro/protocol';
import { ENDPOINTS } from '../../features/studio-api/index.js';
import { failure } from '../failure.js';
import { spoken } from '../format/words.js';
import { UUID } from './find-plan.js';
import { projectOf } from './find-project.js';
import { findTask, readTaskKey } from './find-task.js';
import type { Machine, Studio } from './machine.js';

const SHORT_ID = /^[0-9a-f-]{4,36}$/i;

export const isOver = (run: RunView): boolean => (ENDED_RUN_STATES as readonly string[]).includes(run.status);

/** A run by its id or the end of it, or the latest run of a task: one that still goes on, if there is one. */
export async function findRun(machine: Machine, studio: Studio, name: string, projectKey: string | undefined): Promise<RunView> {
  if (UUID.test(name)) return studio.call(ENDPOINTS.run, { path: { run: name.toLowerCase() } });
  const runs = await (readTaskKey(name) === undefined ? runsThatEndIn(machine, studio, name, projectKey) : runsOfTask(machine, studio, name));
  const [latest, ...others] = runs;
  if (latest === undefined) throw failure('notFound', `There is no run "${name}".`, 'maestro run list');
  if (readTaskKey(name) !== undefined) return runs.find((run) => !isOver(run)) ?? latest;
  if (others.length > 0) throw failure('usage', `${runs.length} runs end in ${name}: ${runs.slice(0, 5).map((run) => `${run.id} (${run.taskKey ?? spoken(run.purpose)})`).join(', ')}.`, 'more of the id');
  return latest;
}

/** The newest first. */
export async function runsOfTask(machine: Machine, studio: Studio, key: string): Promise<readonly RunView[]> {
  const task = await findTask(machine, studio, key);
  return newestFirst(await studio.all((cursor) => studio.call(ENDPOINTS.taskRuns, { path: { task: task.id }, query: { limit: 200, cursor } })));
}

async function runsThatEndIn(machine: Machine, studio: Studio, end: string, projectKey: string | undefined): Promise<readonly RunView[]> {
  if (!SHORT_ID.test(end)) throw failure('usage', `"${end}" is neither the end of a run's id nor the key of a task.`, 'maestro run list, which shows both');
  const project = await projectOf(machine, studio, projectKey);
  const fits = (run: RunView) => run.id.endsWith(end.toLowerCase());
  return (await runsOf(studio, project.id, fits)).filter(fits);
}

/** The runs of a project, the newest first; reads on until a page holds one that was looked for. */
export async function runsOf(studio: Studio, project: string, until: (run: RunView) => boolean = () => true): Promise<readonly RunView[]> {
  const runs: RunView[] = [];
  let cursor: string | undefined;
  do {
    const page = await studio.call(ENDPOINTS.runs, { path: { project }, query: { limit: 200, cursor } });
    runs.push(...page.data);
    cursor = page.data.some(until) ? undefined : (page.nextCursor ?? undefined);
  } while (cursor !== undefined);
  return newestFirst(runs);
}

function newestFirst(runs: readonly RunView[]): readonly RunView[] {
  return [...runs].sort((one, other) => other.createdAt.localeCompare(one.createdAt));
}
