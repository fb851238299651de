import { defineCommand, flag } from '../../command.js';
import { table } from '../../format/table.js';
import { bytes, count, relative } from '../../format/words.js';
import { diskUsage } from '../../../platform/disk-usage.js';
import type { LaneHere } from '../../shared/lanes-here.js';
import { laneState, lanesHere } from '../../shared/lanes-here.js';
import { Machine } from '../../shared/machine.js';

export const laneList = defineCommand({
  details: 'The working copies that tasks have on this machine: where each is, how much room it takes, and whether a run needs it. Read from this machine\'s own files, so neither a daemon nor a studio has to be there.',
  options: { all: flag('-a, --all', 'Also lanes that are gone and have left a snapshot or something in the trash') },
  examples: ['maestro lane list', 'maestro lane list --all', "maestro lane list --json | jq -r '.lanes[].path'"],
  reports: true,
  async run(world, { all }) {
    const lanes = (await lanesHere(new Machine(world))).filter(({ lane, snapshots, trash }) => lane.state !== 'removed' || (all && snapshots.length + trash.length > 0));
    const sizes = await diskUsage(lanes.filter(({ lane }) => lane.state !== 'removed').map(({ lane }) => lane.path));
    const { style, columns } = world.terminal;
    const now = world.clock.now();
    const rows = lanes.map((here) => [here.name, here.project, laneState(here), sizes.has(here.lane.path) ? bytes(sizes.get(here.lane.path) ?? 0) : '', relative(here.lane.updatedAt, now), keptText(here), here.lane.path]);
    const text = lanes.length === 0 ? 'No task has a lane on this machine.' : table(rows, { head: ['task', 'project', 'state', 'size', 'changed', 'kept', 'folder'], paint: style.dim, columns });
    return { json: { lanes: lanes.map((here) => laneJson(here, sizes.get(here.lane.path) ?? null)) }, text };
  },
});

function keptText({ snapshots, trash }: LaneHere): string {
  const parts = [snapshots.length === 0 ? '' : count(snapshots.length, 'snapshot'), trash.length === 0 ? '' : `${trash.length} in the trash`];
  return parts.filter((part) => part !== '').join(', ');
}

/** @param size bytes; `null` where the folder is gone. */
export function laneJson({ name, project, taskId, lane, live, snapshots, trash }: LaneHere, size: number | null) {
  const { branch, upstream, path, state, base, head, createdAt, updatedAt } = lane;
  return { task: name, taskId, project, branch, upstream, path, state, live, base, head, bytes: size, createdAt, updatedAt, snapshots: snapshots.map(({ name: snapshot, at, why, ref, commit }) => ({ name: snapshot, at, why, ref, commit })), trash: trash.map(({ path: thrown, at, whole }) => ({ path: thrown, at: new Date(at).toISOString(), whole })) };
}
