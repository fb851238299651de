import { RunStatus } from '@maestro/protocol';
import type { RunView } from '@maestro/protocol';
import { choice, defineCommand, flag, integer, text } from '../../command.js';
import { failure } from '../../failure.js';
import { table } from '../../format/table.js';
import { relative, shortId, spoken } from '../../format/words.js';
import { isOver, runsOf, runsOfTask } from '../../shared/find-run.js';
import { projectOf } from '../../shared/find-project.js';
import { readTaskKey } from '../../shared/find-task.js';
import { Machine } from '../../shared/machine.js';
import { projectOption } from '../../shared/options.js';
import type { Style } from '../../terminal.js';

export const runList = defineCommand({
  details: 'The latest runs of the project, the newest first.',
  options: {
    live: flag('--live', 'Only runs that go on'),
    status: choice('--status <status>', Object.values(RunStatus), 'Only runs in this state'),
    task: text('--task <key>', 'Only runs of this task'),
    limit: integer('--limit <n>', { min: 1, max: 200 }, 'How many at most', 50),
    project: projectOption,
  },
  examples: ['maestro run list', 'maestro run list --live', 'maestro run list --task SHOP-12'],
  reports: true,
  async run(world, input) {
    const task = input.task === undefined ? undefined : readTaskKey(input.task);
    if (input.task !== undefined && task === undefined) throw failure('usage', `"${input.task}" is not the key of a task.`, 'a key such as SHOP-12');
    const machine = new Machine(world);
    const studio = await machine.studio();
    const keep = (run: RunView) => (!input.live || !isOver(run)) && (input.status === undefined || run.status === input.status);
    const all = task === undefined ? await runsOf(studio, (await projectOf(machine, studio, input.project)).id, keep) : await runsOfTask(machine, studio, task.key);
    const runs = all.filter(keep).slice(0, input.limit);
    const { style, columns } = world.terminal;
    if (runs.length === 0) return { json: runs, text: input.live ? 'Nothing runs.' : 'There is no such run.' };
    const now = world.clock.now();
    const rows = runs.map((run) => [shortId(run.id), run.taskKey ?? '', spoken(run.purpose), runStatus(run, style), run.sessionName ?? '', relative(run.endedAt ?? run.startedAt ?? run.createdAt, now), run.sentence ?? run.waitReasons.map(spoken).join(', ')]);
    return { json: runs, text: table(rows, { head: ['run', 'task', 'purpose', 'status', 'session', 'when', ''], paint: style.dim, columns }) };
  },
});

export function runStatus(run: RunView, style: Style): string {
  if (!isOver(run)) return style.accent(spoken(run.status));
  return run.status === 'succeeded' ? style.good(spoken(run.status)) : run.status === 'cancelled' ? style.dim(run.status) : style.bad(spoken(run.status));
}
