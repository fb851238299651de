import { realpath } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { JournalStore } from '../../features/journal/index.js';
import type { Machine } from './machine.js';

/**
 * The run whose lane `folder` is in; absent when it is in none. Lanes and checkouts are folders below `$MAESTRO_HOME` that are named for
 * their task or run, and the journals say which runs are not over.
 */
export async function runOfFolder(machine: Machine, folder: string): Promise<string | undefined> {
  const [home, here] = await Promise.all([realpath(machine.paths.home).catch(() => machine.paths.home), realpath(folder).catch(() => folder)]);
  const inside = relative(home, here);
  if (inside === '' || inside.startsWith('..')) return undefined;
  const names = new Set(inside.split(sep));
  const journals = new JournalStore(machine.paths.runs, machine.world.clock);
  for (const run of [...(await journals.runs())].reverse()) {
    const state = (await journals.read(run))?.state;
    if (state === undefined || state.settled !== undefined) continue;
    if (names.has(run) || (state.packet?.task !== undefined && names.has(state.packet.task.id))) return run;
  }
  return undefined;
}
