import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { RefusalError } from '../http/refusal-error.js';
import { Authorisation } from './authorisation.js';
import { requestOf } from './request.js';
import { ROUTE_ACCESS } from './route-access.js';
import type { RouteAccess } from './route-access.js';

/** Second of the two global guards: may they do this to that? */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authorisation: Authorisation,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const access = this.reflector.get<RouteAccess | undefined>(ROUTE_ACCESS, context.getHandler());
    if (access?.kind !== 'action') return true;

    const request = requestOf(context);
    if (request.caller === undefined) throw new Error('access.no_caller: PermissionGuard runs after AuthenticationGuard');
    const id = request.params[access.scope.param];
    if (typeof id !== 'string') throw new Error(`access.no_param: the route of ${access.action} has no ":${access.scope.param}"`);
    const granted = await this.authorisation.authorise(request.caller, access.action, access.scope.thing, id);
    if (!granted.ok) throw new RefusalError(granted.refusal);
    request.access = granted.value;
    return true;
  }
}
