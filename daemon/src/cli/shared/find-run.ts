import type { RunView } from '@maestro/protocol';
import { ENDED_RUN_STATES } from '@maestro/protocol';
import { ENDPOINTS } from '../../features/studio-api/index.js';
import { failure } from '../failure.js';
import { shortId, spoken } from '../format/words.js';
import { UUID } from './find-plan.js';
import { projectOf } from './find-project.js';
import { readTaskKey } from './find-task.js';
import type { Machine, Studio } from './machine.js';

const SHORT_ID = /^[0-9a-f-]{4,36}$/i;

export const isOver = (run: RunView): boolean => (ENDED_RUN_STATES as readonly string[]).includes(run.status);

/** A run by its id or the end of it, or the latest run of a task: one that still goes on, if there is one. */
export async function findRun(machine: Machine, studio: Studio, name: string, projectKey: string | undefined): Promise<RunView> {
  if (UUID.test(name)) return studio.call(ENDPOINTS.run, { path: { run: name.toLowerCase() } });
  const task = readTaskKey(name);
  if (task === undefined && !SHORT_ID.test(name)) throw failure('usage', `"${name}" is neither the id of a run nor the key of a task.`, 'maestro run list, which shows both');
  const project = await projectOf(machine, studio, task?.project ?? projectKey);
  const fits = (run: RunView) => (task === undefined ? run.id.endsWith(name.toLowerCase()) : run.taskKey === task.key);
  const fitting = (await runsOf(studio, project.id, fits)).filter(fits);
  const [latest] = fitting;
  if (latest === undefined) throw failure('notFound', task === undefined ? `${project.key} has no run "${name}".` : `${task.key} has not run yet.`, task === undefined ? 'maestro run list' : `maestro why ${task.key}`);
  if (task !== undefined) return fitting.find((run) => !isOver(run)) ?? latest;
  if (fitting.length > 1) throw failure('usage', `${fitting.length} runs end in ${name}: ${fitting.slice(0, 5).map((run) => `${shortId(run.id)} (${run.taskKey ?? spoken(run.purpose)})`).join(', ')}.`, 'more of the id');
  return latest;
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
  return runs.sort((one, other) => other.createdAt.localeCompare(one.createdAt));
}
