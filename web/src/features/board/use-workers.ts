import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/index.js';

/** Who is at a task. */
export interface Worker {
  readonly machine: string;
  /** Since when its agent works; `null` while it only prepares. */
  readonly since: string | null;
  readonly waits: boolean;
}

export interface Workers {
  /** By the id of the task. */
  readonly atTask: ReadonlyMap<string, Worker>;
  /** Names of members, by id. */
  readonly members: ReadonlyMap<string, string>;
}

/** Which machine is at which task, and what the members are called. */
export function useWorkers(projectId: string, workspaceId: string): Workers {
  const runs = useQuery(queries.latestRuns(projectId)).data;
  const members = useQuery(queries.members(workspaceId)).data;
  const atTask = useMemo(() => {
    const found = new Map<string, Worker>();
    // Newest first: of a lost run and the one that took its place, the later one counts.
    for (const { taskId, status, sessionName, startedAt } of runs ?? []) {
      const isLive = status === 'claimed' || status === 'running' || status === 'waiting';
      if (isLive && taskId !== null && sessionName !== null && !found.has(taskId)) found.set(taskId, { machine: sessionName, since: startedAt, waits: status === 'waiting' });
    }
    return found;
  }, [runs]);
  const names = useMemo(() => new Map((members ?? []).map(({ id, name }) => [id as string, name])), [members]);
  return useMemo(() => ({ atTask, members: names }), [atTask, names]);
}
