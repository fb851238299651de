import type { Reader } from '../../platform/database/index.js';

/** A task that somebody is sought for. */
export interface SoughtTask {
  readonly id: string;
  readonly key: string;
  readonly skills: readonly { readonly slug: string; readonly min: number }[];
  readonly assignee: string | null;
}

export interface Takers {
  /** Ids of connected sessions that could take it as things are, best first. */
  readonly sessions: readonly string[];
  /** Why nobody can, and what to do about it; `null` when somebody can. */
  readonly sentence: string | null;
}

/**
 * Who could take a plan's tasks. Matching is above planning, so the arrow is turned round here: `dispatch` provides this token, and the
 * preview looks it up when it is asked for.
 */
export abstract class TaskTakers {
  /** An answer for every task, by its id. */
  abstract takersOf(reader: Reader, projectId: string, tasks: readonly SoughtTask[]): Promise<ReadonlyMap<string, Takers>>;
}

/** Speaks for a studio in which nothing dispatches: no session is known, so nobody is. */
export class NobodyConnected extends TaskTakers {
  takersOf(_reader: Reader, _projectId: string, tasks: readonly SoughtTask[]): Promise<ReadonlyMap<string, Takers>> {
    return Promise.resolve(new Map(tasks.map(({ id, key }) => [id, { sessions: [], sentence: `No machine is connected that could take ${key}. Connect one with \`maestro connect\`.` }])));
  }
}
