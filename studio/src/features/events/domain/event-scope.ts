import type { Action, EventFilter, EventKind, Role } from '@maestro/protocol';
import { mayDo } from '@maestro/protocol';
import type { Position } from './position.js';

/** An event as it is stored. */
export interface StoredEvent {
  readonly position: Position;
  readonly at: Date;
  readonly kind: EventKind;
  readonly actor: unknown;
  readonly workspaceId: string | null;
  readonly projectId: string | null;
  readonly planId: string | null;
  readonly taskId: string | null;
  readonly runId: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What a reader may see and has asked for. */
export interface EventScope {
  readonly workspaceIds: readonly string[];
  /** `null`: every project. Otherwise only these, and what belongs to no project. */
  readonly projectIds: readonly string[] | null;
  readonly filter: EventFilter;
}

const FOLLOW: Action = 'event.read';

/** The scope of somebody with these memberships, whose credential reaches `reach`. */
export function scopeOf(
  memberships: readonly { readonly workspaceId: string; readonly roles: readonly Role[] }[],
  reach: { readonly workspaceId: string; readonly projectIds: readonly string[] | null } | null,
  filter: EventFilter,
): EventScope {
  const allowed = memberships.filter(({ roles }) => mayDo(roles, FOLLOW)).map(({ workspaceId }) => workspaceId);
  const reachable = allowed.filter((id) => reach === null || reach.workspaceId === id);
  return {
    workspaceIds: filter.workspaceId === undefined ? reachable : reachable.filter((id) => id === filter.workspaceId),
    projectIds: reach?.projectIds ?? null,
    filter,
  };
}

/** Whether an event is in scope. The repository's query says the same in SQL; a test holds them against each other. */
export function inScope(scope: EventScope, event: StoredEvent): boolean {
  const { filter } = scope;
  if (event.workspaceId === null || !scope.workspaceIds.includes(event.workspaceId)) return false;
  if (scope.projectIds !== null && event.projectId !== null && !scope.projectIds.includes(event.projectId)) return false;
  return (
    (filter.projectId === undefined || filter.projectId === event.projectId) &&
    (filter.planId === undefined || filter.planId === event.planId) &&
    (filter.taskId === undefined || filter.taskId === event.taskId) &&
    (filter.runId === undefined || filter.runId === event.runId) &&
    filter.without !== event.kind
  );
}
