import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { Role } from '@maestro/protocol';
import type { Caller } from './caller.js';
import { requestOf } from './request.js';

/** What the permission check found out: the caller is this member of this workspace. Services take it as their first parameter. */
export interface Access {
  readonly caller: Caller;
  readonly memberId: string;
  readonly workspaceId: string;
  /** The project the named thing belongs to; `null` for what belongs to the whole workspace. */
  readonly projectId: string | null;
  readonly roles: readonly Role[];
}

/** Parameter decorator: the access that `@Action` granted to this request. */
export const Access = createParamDecorator((_: unknown, context: ExecutionContext): Access => {
  const { access } = requestOf(context);
  if (access === undefined) throw new Error('access.no_access: only a route with @Action has one');
  return access;
});
