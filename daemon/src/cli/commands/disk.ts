import { VARIABLES } from '../../config/settings.js';
import type { Freed, Holding, HoldingKind, Protection } from '../../features/disk/index.js';
import { Disk, chooseEvictions, protectionOf } from '../../features/disk/index.js';
import { defineCommand, flag, integer } from '../command.js';
import { failure } from '../failure.js';
import { table } from '../format/table.js';
import { bytes, count, shortId } from '../format/words.js';
import { openPlaces, projectNames } from '../shared/lanes-here.js';
import { Machine } from '../shared/machine.js';
import type { Terminal } from '../terminal.js';

const WORDS: Readonly<Record<HoldingKind, string>> = {
  vault: 'objects',
  snapshot: 'snapshots of lanes',
  lane: 'lanes of open tasks',
  settled_lane: 'lanes of tasks that are over',
  spare: 'lanes prepared for later',
  cache: 'results of setup hooks',
  checkout: 'checkouts of runs at work',
  repository: 'repositories in the trash',
  folder: 'whole lanes in the trash',
  journal: 'journals of runs',
};

/** As the answer to: why does it stay? */
const REASONS: Readonly<Record<Protection, string>> = {
  live: 'needed by a run',
  recent: 'used a short while ago',
  only_copy: 'the only copy',
  connected: 'connected',
  borrowed: 'borrowed by lanes or trash',
  newest: 'the newest of an open task',
  unpushed: 'not on the remote',
};

const DAY_MS = 24 * 60 * 60_000;

export const disk = defineCommand({
  details:
    'What Maestro takes of this machine\'s disk, by project and kind, and what of it may be removed. The daemon keeps to the budget of MAESTRO_DISK_BUDGET by itself, once an hour: first what nothing needs and what can be made again, then what is kept elsewhere, then the objects of projects that were not used for a week, and last the lanes of open tasks that were not used for a day, each after a snapshot. ' +
    'Never what a run needs, never the only copy of anything: no work that the remote does not have, and no snapshot of it before its retention is over, unless you say so with --snapshots.',
  options: {
    free: flag('--free', 'Remove now, by that rule, until the budget is kept'),
    snapshots: integer('--snapshots <days>', { min: 1, max: 3_650 }, 'With --free, also snapshots older than so many days that are not on the remote; never the newest of an open task'),
  },
  examples: ['maestro disk', 'maestro disk --free', 'maestro disk --free --snapshots 3', "maestro disk --json | jq '.holdings[] | select(.protected == null)'"],
  reports: true,
  async run(world, { free, snapshots }) {
    const machine = new Machine(world);
    const { diskBudget: budget } = world.settings;
    const { paths } = machine;
    if (budget === undefined) throw failure('usage', `"${world.settings.environment[VARIABLES.diskBudget.name] ?? ''}" in ${VARIABLES.diskBudget.name} is not a size that can be kept to.`, 'a size such as 20G, at least 100M');
    if (snapshots !== undefined && !free) throw failure('usage', '--snapshots says what may be removed, and nothing is removed without --free.', 'maestro disk --free --snapshots 3');
    const places = await openPlaces(machine);
    const store = new Disk({ paths, clock: world.clock, places: () => places.all() });
    const freed = free ? await store.free(budget, snapshots === undefined ? {} : { snapshotsBefore: world.clock.now() - snapshots * DAY_MS }) : undefined;
    const holdings = await store.survey();
    const now = world.clock.now();
    const next = chooseEvictions(holdings, budget, now);
    const total = holdings.reduce((sum, holding) => sum + holding.bytes, 0);
    const json = { budget, total, over: Math.max(0, total - budget), short: next.short, holdings: holdings.map((holding) => ({ ...holding, usedAt: new Date(holding.usedAt).toISOString(), protected: protectionOf(holding, now) ?? null })), removed: freed?.removed ?? [], kept: freed?.kept ?? [], unneeded: freed?.unneeded ?? 0 };
    const parts = [freedText(freed), diskText(holdings, await projectNames(machine), world.terminal, now), budgetText(total, budget, next.evict.length, next.short)];
    return { json, text: parts.filter((part) => part !== '').join('\n\n') };
  },
});

function diskText(holdings: readonly Holding[], names: ReadonlyMap<string, string>, { style, columns }: Terminal, now: number): string {
  const groups = new Map<string, { project: string; kind: HoldingKind; number: number; bytes: number; removable: number; reasons: readonly Protection[] }>();
  for (const holding of holdings) {
    const project = holding.project === undefined ? '' : (names.get(holding.project) ?? shortId(holding.project));
    const key = `${project} ${holding.kind}`;
    const group = groups.get(key) ?? { project, kind: holding.kind, number: 0, bytes: 0, removable: 0, reasons: [] };
    const reason = protectionOf(holding, now);
    const removable = group.removable + (reason === undefined ? holding.bytes : 0);
    groups.set(key, { ...group, number: group.number + 1, bytes: group.bytes + holding.bytes, removable, reasons: reason === undefined || group.reasons.includes(reason) ? group.reasons : [...group.reasons, reason] });
  }
  const sorted = [...groups.values()].sort((one, other) => one.project.localeCompare(other.project) || other.bytes - one.bytes);
  const rows = sorted.map((group) => [group.project === '' ? 'all' : group.project, WORDS[group.kind], String(group.number), bytes(group.bytes), group.removable === 0 ? '' : bytes(group.removable), group.reasons.map((reason) => REASONS[reason]).join(', ')]);
  return rows.length === 0 ? 'Maestro keeps nothing on this machine yet.' : table(rows, { head: ['project', 'what', 'number', 'size', 'may go', 'stays because'], paint: style.dim, columns });
}

function budgetText(total: number, budget: number, evictions: number, short: number): string {
  const taken = `${bytes(total)} of ${bytes(budget)}.`;
  if (total <= budget) return taken;
  const over = `${taken} ${bytes(total - budget)} too much: ${evictions === 0 ? 'nothing may be removed' : `${count(evictions, 'thing')} will be removed within the hour, or now with: maestro disk --free`}.`;
  return short === 0 ? over : `${over} ${bytes(short)} stay too much even so; end tasks, remove lanes with maestro lane clean, or raise ${VARIABLES.diskBudget.name}.`;
}

function freedText(freed: Freed | undefined): string {
  if (freed === undefined) return '';
  const lines = [freed.removed.length === 0 ? 'Nothing was removed.' : `Removed ${count(freed.removed.length, 'thing')}, ${bytes(freed.removed.reduce((sum, holding) => sum + holding.bytes, 0))}.`];
  if (freed.unneeded > 0) lines.push(`Removed ${bytes(freed.unneeded)} that nothing needed any more.`);
  return [...lines, ...freed.kept.map(({ sentence }) => sentence)].join('\n');
}
