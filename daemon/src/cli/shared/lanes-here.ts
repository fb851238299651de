import { readLiveWork } from '../../features/disk/index.js';
import type { LiveWork } from '../../features/disk/index.js';
import type { KeptSnapshot, Lane, Thrown } from '../../features/lanes/index.js';
import { Places } from '../../features/sessions/index.js';
import type { Workplace } from '../../features/work/index.js';
import { GitSandbox } from '../../platform/git-sandbox.js';
import { Git } from '../../platform/git.js';
import { failure } from '../failure.js';
import { shortId } from '../format/words.js';
import { readTaskKey } from './find-task.js';
import type { Machine } from './machine.js';

/** The lanes of this machine, read from its files: also while no daemon runs and no studio can be asked. */

/** All that this machine has of one task. */
export interface LaneHere {
  readonly place: Workplace;
  /** As people call it: the project's key, or its id where the machine does not know the key. */
  readonly project: string;
  readonly taskId: string;
  /** Such as SHOP-12; the end of the task's id where its branch does not say. */
  readonly name: string;
  readonly lane: Lane;
  readonly live: boolean;
  readonly snapshots: readonly KeptSnapshot[];
  readonly trash: readonly Thrown[];
}

export async function openPlaces({ paths, world }: Machine): Promise<Places> {
  const { settings, clock } = world;
  const git = await Git.open({ emptyHome: paths.gitHome, path: settings.path, sshAuthSock: settings.sshAuthSock });
  return new Places({ home: paths.home, git, sandbox: await GitSandbox.find({ path: settings.path, cwd: '/' }), clock });
}

export async function lanesHere(machine: Machine): Promise<readonly LaneHere[]> {
  const places = await (await openPlaces(machine)).all();
  const live = await readLiveWork(machine.paths, machine.world.clock);
  const names = await projectNames(machine);
  return (await Promise.all(places.map((place) => lanesOf(place, names.get(place.vault.projectId) ?? shortId(place.vault.projectId), live)))).flat();
}

/** Projects' keys by their ids. */
export async function projectNames({ projects }: Machine): Promise<ReadonlyMap<string, string>> {
  return new Map((await projects.list()).map(({ id, key }) => [id, key]));
}

async function lanesOf(place: Workplace, project: string, live: LiveWork): Promise<readonly LaneHere[]> {
  const { lanes } = place;
  const [all, snapshots, trash] = await Promise.all([lanes.list(), lanes.snapshots(), lanes.trash()]);
  return [...all]
    .sort((one, other) => other.updatedAt.localeCompare(one.updatedAt))
    .map((lane) => ({
      place,
      project,
      taskId: lane.taskId,
      name: laneName(lane),
      lane,
      live: live.tasks.has(lane.taskId),
      snapshots: snapshots.filter(({ taskId }) => taskId === lane.taskId),
      trash: trash.filter(({ taskId }) => taskId === lane.taskId),
    }));
}

/** The studio names a task's branch by its key: `task/SHOP-12`. */
export function laneName({ branch, taskId }: Pick<Lane, 'branch' | 'taskId'>): string {
  const key = /(?:^|\/)([a-z][a-z0-9]{1,9}-\d{1,9})(?=-|$)/i.exec(branch)?.[1];
  return key === undefined ? shortId(taskId) : key.toUpperCase();
}

/** The lane that a person names by its task's key, its branch or the end of its task's id. */
export async function laneCalled(machine: Machine, given: string): Promise<LaneHere> {
  const lanes = await lanesHere(machine);
  const key = readTaskKey(given)?.key;
  const found = lanes.filter(({ name, taskId, lane }) => name === key || lane.branch === given || (given.length >= 4 && taskId.endsWith(given.toLowerCase())));
  const [only] = found;
  if (only === undefined) throw failure('notFound', `This machine has no lane of "${given}".`, 'maestro lane list --all');
  if (found.length > 1) throw failure('usage', `"${given}" names several lanes here: ${found.map(({ lane }) => lane.branch).join(', ')}.`, 'the branch, or the end of the task\'s id');
  return only;
}

/** Asked again at the moment of removal, when no run of the task can begin. */
export function liveness({ paths, world }: Machine, taskId: string): () => Promise<boolean> {
  return async () => (await readLiveWork(paths, world.clock)).tasks.has(taskId);
}

/** The state as people read it: a lane in use by no run was left by one that was stopped, or that a crash cut off. */
export const laneState = ({ lane, live }: LaneHere): string => (live ? 'at work' : lane.state === 'in_use' ? 'interrupted' : lane.state);

export const isSettled = ({ state }: Pick<Lane, 'state'>): boolean => state === 'landed' || state === 'abandoned' || state === 'snapshotted';

/** How a person gets at a snapshot's history from a clone of their own. */
export function fetchHint({ vault }: { readonly vault: Workplace['vault'] }, ref: string, into: string): string {
  return `git fetch ${vault.gitDir} ${ref}:refs/heads/${into}`;
}
