import { useQueries, useQuery } from '@tanstack/react-query';
import type { ProjectView, TeamView } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import type { Seat } from './domain/machines.js';

export interface TeamOfProject {
  readonly team: TeamView;
  readonly project: ProjectView;
}

interface Fleet {
  readonly projects: readonly ProjectView[];
  readonly seats: readonly Seat[];
  readonly teams: readonly TeamOfProject[];
  /** Whether everything was answered at least once; before that "none" would be a guess. */
  readonly isKnown: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
}

/** Every machine's connection, and every team, of a workspace's projects. */
export function useFleet(workspaceId: string): Fleet {
  const projects = useQuery(queries.projects(workspaceId));
  const known = projects.data ?? [];
  const sessions = useQueries({ queries: known.map(({ id }) => queries.sessions(id)) });
  const teams = useQueries({ queries: known.map(({ id }) => queries.teams(id)) });
  const all = [projects, ...sessions, ...teams];
  return {
    projects: known,
    seats: known.flatMap((project, at) => (sessions[at]?.data ?? []).map((session) => ({ session, project }))),
    teams: known.flatMap((project, at) => (teams[at]?.data ?? []).map((team) => ({ team, project }))),
    isKnown: all.every(({ data }) => data !== undefined),
    error: all.find(({ data, error }) => data === undefined && error !== null)?.error ?? null,
    retry: () => {
      for (const { refetch } of all) void refetch();
    },
  };
}
