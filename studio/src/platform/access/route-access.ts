import { applyDecorators, SetMetadata } from '@nestjs/common';
import type { Action as ActionName } from '@maestro/protocol';

/**
 * Every route says who may call it, with exactly one of three decorators. A test walks the router and fails on a route with none.
 *
 * - `@Action('task.retry', on('task'))`: a member of the workspace that the task in the path belongs to, with a role that may.
 * - `@SignedIn('lists the workspaces of the caller')`: anybody signed in; the handler answers about the caller alone.
 * - `@Public('shows whether setup is needed')`: anybody.
 */
export type RouteAccess =
  | { readonly kind: 'action'; readonly action: ActionName; readonly scope: Scope }
  | { readonly kind: 'signed_in'; readonly why: string }
  | { readonly kind: 'public'; readonly why: string };

/** Which thing decides the workspace: the one whose id stands in this path parameter. */
export interface Scope {
  /** A kind some feature registered with `ScopeLocator`, such as `task`. */
  readonly thing: string;
  readonly param: string;
}

export const ROUTE_ACCESS = 'maestro:route-access';

/** `on('task')` reads `:id`, `on('run', 'run')` reads `:run`. */
export function on(thing: string, param = 'id'): Scope {
  return { thing, param };
}

export function Action(action: ActionName, scope: Scope): MethodDecorator {
  return mark({ kind: 'action', action, scope });
}

export function SignedIn(why: string): MethodDecorator {
  return mark({ kind: 'signed_in', why });
}

export function Public(why: string): MethodDecorator {
  return mark({ kind: 'public', why });
}

function mark(access: RouteAccess): MethodDecorator {
  return applyDecorators(SetMetadata(ROUTE_ACCESS, access));
}
