import { useQueries } from '@tanstack/react-query';
import { mayDo } from '@maestro/protocol';
import type { MembershipView } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { isUnderWay } from '../plans/index.js';
import { inboxOf, urgent } from './domain/inbox.js';
import type { InboxItem } from './domain/inbox.js';

interface Inbox {
  readonly items: readonly InboxItem[];
  /** Whether everything was answered at least once: only then is an empty inbox empty. */
  readonly isKnown: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
}

/** What needs somebody, over all projects of their workspaces. */
export function useInbox(memberships: readonly MembershipView[]): Inbox {
  const projectLists = useQueries({ queries: memberships.map(({ workspaceId }) => queries.projects(workspaceId)) });
  const projects = projectLists.flatMap(({ data }) => data ?? []);
  const planLists = useQueries({ queries: projects.map(({ id }) => queries.plans(id)) });
  const underWay = planLists.flatMap(({ data }) => data ?? []).filter(({ status }) => isUnderWay(status));
  const trees = useQueries({ queries: underWay.map(({ id }) => queries.plan(id)) });
  const teams = useQueries({ queries: projects.map(({ id }) => queries.teams(id)) });
  const invites = useQueries({ queries: memberships.filter(({ roles }) => mayDo(roles, 'member.invite')).map(({ workspaceId }) => queries.invites(workspaceId)) });
  const all = [...projectLists, ...planLists, ...trees, ...teams, ...invites];
  const plans = trees.flatMap(({ data }) => data ?? []);
  const looked = projects.map((project, at) => ({ project, plans: plans.filter(({ projectId }) => projectId === project.id), teams: teams[at]?.data ?? [] }));
  return {
    items: inboxOf(looked, new Set(memberships.map(({ memberId }) => memberId)), invites.flatMap(({ data }) => data ?? [])),
    isKnown: all.every(({ data }) => data !== undefined),
    error: all.find(({ data, error }) => data === undefined && error !== null)?.error ?? null,
    retry: () => {
      for (const { refetch } of all) void refetch();
    },
  };
}

/** How many things wait for somebody's decision. */
export function useInboxCount(memberships: readonly MembershipView[]): number {
  return urgent(useInbox(memberships).items);
}
