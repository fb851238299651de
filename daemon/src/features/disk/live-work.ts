import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HomePaths } from '../../config/home.js';
import type { Clock } from '../../platform/clock.js';
import { JournalStore } from '../journal/index.js';

/** Tasks and runs of this machine, workers of teams included, that are not over, and their projects. */
export interface LiveWork {
  readonly projects: ReadonlySet<string>;
  readonly tasks: ReadonlySet<string>;
  readonly runs: ReadonlySet<string>;
}

/** Folders of journals: the daemon's, and one for each worker. */
export async function journalFolders({ runs, workers }: HomePaths): Promise<readonly string[]> {
  return [runs, ...(await readdir(workers).catch(() => [])).sort().map((name) => join(workers, name, 'runs'))];
}

/** Read from the journals, which are written before anything is done: whoever works here is among them, whether or not a daemon runs. */
export async function readLiveWork(paths: HomePaths, clock: Clock): Promise<LiveWork> {
  const projects = new Set<string>();
  const tasks = new Set<string>();
  const live = new Set<string>();
  for (const folder of await journalFolders(paths)) {
    const store = new JournalStore(folder, clock);
    for (const run of await store.runs()) {
      const state = (await store.read(run))?.state;
      // A waiting run is settled as far as the studio goes; it comes back to its lane.
      if (state?.packet === undefined || (state.settled !== undefined && state.settled !== 'waiting')) continue;
      live.add(run);
      projects.add(state.packet.project.id);
      if (state.packet.task !== undefined) tasks.add(state.packet.task.id);
    }
  }
  return { projects, tasks, runs: live };
}
