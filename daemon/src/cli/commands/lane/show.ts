import { diskUsage } from '../../../platform/disk-usage.js';
import { defineCommand, required } from '../../command.js';
import { pairs, table } from '../../format/table.js';
import { bytes, relative, spoken } from '../../format/words.js';
import type { LaneHere } from '../../shared/lanes-here.js';
import { fetchHint, laneCalled, laneState } from '../../shared/lanes-here.js';
import { Machine } from '../../shared/machine.js';
import type { Terminal } from '../../terminal.js';
import { laneJson } from './list.js';

export const laneShow = defineCommand({
  details: 'Where it is and what it stands on, whether it holds changes that no run has handed in, and what was kept of it before anything was removed or reset.',
  arguments: { task: required('Key of the task, its branch, or the end of its id') },
  examples: ['maestro lane show SHOP-12', "maestro lane show SHOP-12 --json | jq -r '.snapshots[0].ref'"],
  reports: true,
  async run(world, { task }) {
    const here = await laneCalled(new Machine(world), task);
    const size = here.lane.state === 'removed' ? undefined : (await diskUsage([here.lane.path])).get(here.lane.path);
    const uncollected = here.lane.state === 'removed' ? null : await here.place.lanes.hasUncollected(here.lane);
    return { json: { ...laneJson(here, size ?? null), uncollected }, text: laneText(here, { size, uncollected }, world.terminal, world.clock.now()) };
  },
});

function laneText(here: LaneHere, { size, uncollected }: { size: number | undefined; uncollected: boolean | null }, { style, columns }: Terminal, now: number): string {
  const { lane, snapshots, trash } = here;
  const facts: (readonly [string, string])[] = [
    ['folder', lane.state === 'removed' ? '' : lane.path],
    ['size', size === undefined ? '' : bytes(size)],
    ['branch', lane.branch],
    ['lands on', lane.upstream],
    ['head', lane.head],
    ['begun at', lane.base],
    ['changes', uncollected === null ? '' : uncollected ? 'some that no run has handed in' : 'all handed in'],
    ['changed', relative(lane.updatedAt, now)],
  ];
  const blocks = [`${style.bold(here.name)}  ${spoken(laneState(here))}\n${pairs(facts.filter(([, value]) => value !== ''), style.dim)}`];
  if (snapshots.length > 0) {
    const rows = snapshots.map(({ name, at, why }) => [name, spoken(why.replaceAll('-', '_')), relative(at, now)]);
    blocks.push(table(rows, { head: ['snapshot', 'taken', 'when'], paint: style.dim, columns }));
    blocks.push(`Write one out with: maestro lane restore ${here.name} --to <folder>\nOr take its history into a clone: ${fetchHint(here.place, snapshots[0]?.ref ?? '', `${here.name.toLowerCase()}-snapshot`)}`);
  }
  if (trash.length > 0) blocks.push(table(trash.map(({ path, at, whole }) => [whole ? 'whole folder' : 'repository', relative(new Date(at).toISOString(), now), path]), { head: ['in the trash', 'since', 'folder'], paint: style.dim, columns }));
  return blocks.join('\n\n');
}
