import { anyWords, defineCommand, flag, integer } from '../../command.js';
import { failure } from '../../failure.js';
import type { Terminal } from '../../terminal.js';
import type { LaneHere } from '../../shared/lanes-here.js';
import { isSettled, laneCalled, lanesHere, liveness } from '../../shared/lanes-here.js';
import { Machine } from '../../shared/machine.js';

const DAY_MS = 24 * 60 * 60_000;

interface Outcome {
  readonly task: string;
  readonly path: string;
  readonly removed: boolean;
  readonly snapshot: string | null;
  readonly sentence: string;
}

export const laneClean = defineCommand({
  details: 'Removes lanes, each after a snapshot of all that is in it. A lane that a run works in, or waits to go on in, stays. Without tasks: the lanes of tasks that have landed or were given up, and with --idle also others that nothing was done in for so long. A later run of such a task goes on from its saved work.',
  arguments: { task: anyWords('Keys of tasks, branches, or ends of ids') },
  options: { idle: integer('--idle <days>', { min: 0, max: 3_650 }, 'Also lanes of open tasks that were not used for so many days'), dryRun: flag('-n, --dry-run', 'Only say what would be removed') },
  examples: ['maestro lane clean', 'maestro lane clean SHOP-12', 'maestro lane clean --idle 7 --dry-run'],
  reports: true,
  async run(world, { task, idle, dryRun }) {
    const machine = new Machine(world);
    if (task.length > 0 && idle !== undefined) throw failure('usage', '--idle chooses lanes by their age, and tasks are named as well.', 'one of the two');
    const chosen = task.length > 0 ? await Promise.all(task.map((name) => laneCalled(machine, name))) : (await lanesHere(machine)).filter((here) => isOver(here, idle, world.clock.now()));
    const outcomes: Outcome[] = [];
    for (const here of chosen.filter(({ lane }) => lane.state !== 'removed')) outcomes.push(await clean(machine, here, dryRun));
    const failed = task.length > 0 && outcomes.some(({ removed }) => !removed) && !dryRun;
    return { json: { lanes: outcomes }, text: cleanText(outcomes, world.terminal), ...(failed ? { exit: 'conflict' as const } : {}) };
  },
});

function isOver({ lane, live }: LaneHere, idle: number | undefined, now: number): boolean {
  if (live || lane.state === 'removed') return false;
  return isSettled(lane) || (idle !== undefined && now - Date.parse(lane.updatedAt) >= idle * DAY_MS);
}

async function clean(machine: Machine, { place, name, lane, taskId, live }: LaneHere, dryRun: boolean): Promise<Outcome> {
  const about = { task: name, path: lane.path };
  if (dryRun) return { ...about, removed: false, snapshot: null, sentence: live ? 'would stay: a run needs it' : 'would be removed' };
  const gone = await place.lanes.reclaim(taskId, 'cleaned', liveness(machine, taskId));
  if (!gone.ok) return { ...about, removed: false, snapshot: null, sentence: gone.refusal.sentence };
  const { snapshot, trash } = gone.value;
  const kept = snapshot === null ? (trash === null ? '' : `, kept whole at ${trash}`) : ', kept as a snapshot';
  return { ...about, removed: true, snapshot: snapshot?.ref ?? null, sentence: `removed${kept}` };
}

function cleanText(outcomes: readonly Outcome[], { style }: Terminal): string {
  if (outcomes.length === 0) return 'Nothing to clean up: every lane here is of a task that is not over. See: maestro lane list';
  return outcomes.map(({ task, sentence }) => `${style.bold(task)}  ${sentence}`).join('\n');
}
