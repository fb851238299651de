import { Injectable } from '@nestjs/common';
import { ACTIONS, mayDo, ok, refuse } from '@maestro/protocol';
import type { Action, Result } from '@maestro/protocol';
import type { Access } from './access.js';
import type { Caller, Reach } from './caller.js';
import { Memberships } from './ports.js';
import { ScopeLocator } from './scope-locator.js';
import type { Location } from './scope-locator.js';

/** Any version: PostgreSQL would answer anything else with an error instead of "not found". */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Answers "may this caller do this to that?" for HTTP routes, sockets and RPC methods alike. */
@Injectable()
export class Authorisation {
  constructor(
    private readonly scopes: ScopeLocator,
    private readonly memberships: Memberships,
  ) {}

  /**
   * Refuses with `not_found` when the thing does not exist *or* is none of the caller's business, so that ids of other tenants cannot
   * be probed; with `forbidden` when a member's roles do not allow the action.
   */
  async authorise(caller: Caller, action: Action, thing: string, id: string): Promise<Result<Access>> {
    const location = UUID.test(id) ? await this.scopes.locate(thing, id) : undefined;
    if (location === undefined || !reaches(caller.reach, location)) return notFound(thing);
    const membership = await this.memberships.find(caller.userId, location.workspaceId);
    if (membership === undefined) return notFound(thing);
    if (!mayDo(membership.roles, action)) {
      const roles = membership.roles.join(', ') || 'no role';
      return refuse('forbidden', 'forbidden', `As ${roles} you may not ${ACTIONS[action]} here. Ask an admin of the workspace for a role that may.`, { action });
    }
    return ok({ caller, memberId: membership.memberId, roles: membership.roles, ...location });
  }
}

function notFound(thing: string): Result<never> {
  return refuse('not_found', `${thing}_not_found`, `There is no such ${thing.replaceAll('_', ' ')}, or you have no access to it.`);
}

function reaches(reach: Reach | null, location: Location): boolean {
  if (reach === null) return true;
  if (reach.workspaceId !== location.workspaceId) return false;
  return reach.projectIds === null || location.projectId === null || reach.projectIds.includes(location.projectId);
}
