import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { refuse } from '@maestro/protocol';
import type { Refused } from '@maestro/protocol';
import { Origins } from '../http/origins.js';
import { RefusalError } from '../http/refusal-error.js';
import { Authenticator } from './ports.js';
import { requestOf } from './request.js';
import type { MaestroRequest } from './request.js';
import { ROUTE_ACCESS } from './route-access.js';
import type { RouteAccess } from './route-access.js';

/** A page of another site cannot set this header without a preflight, which is never granted. Its value does not matter. */
const CSRF_HEADER = 'x-maestro-csrf';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** First of the two global guards: who is asking? */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    private readonly origins: Origins,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const request = requestOf(context);
    const refusedOrigin = this.refuseForeignOrigin(request);
    if (refusedOrigin !== undefined) throw new RefusalError(refusedOrigin.refusal);

    const access = this.reflector.get<RouteAccess | undefined>(ROUTE_ACCESS, context.getHandler());
    // Deny by default: a route that says nothing about access is open to nobody.
    if (access === undefined) throw new Error(`access.undeclared: ${request.method} ${request.path} has no @Action, @SignedIn or @Public`);
    if (access.kind === 'public') return true;

    const caller = await this.authenticator.authenticate(request);
    if (!caller.ok) throw new RefusalError(caller.refusal);
    if (caller.value.via === 'cookie' && !SAFE_METHODS.has(request.method) && request.headers[CSRF_HEADER] === undefined) {
      throw new RefusalError(
        refuse('forbidden', 'csrf_header_missing', `Requests that change something with a cookie session must send the header ${CSRF_HEADER}.`).refusal,
      );
    }
    request.caller = caller.value;
    return true;
  }

  /**
   * Browsers name the page's origin on every request that can change something, also on public routes (sign-in, set-up), where a forged
   * one would otherwise sign the victim in as somebody else, or reach a studio on loopback through a rebound host name.
   */
  private refuseForeignOrigin(request: MaestroRequest): Refused | undefined {
    const { origin } = request.headers;
    if (SAFE_METHODS.has(request.method) || origin === undefined || this.origins.allows(origin)) return undefined;
    return refuse('forbidden', 'origin_refused', 'This request came from a page of another site. Open the studio at its own address.');
  }
}
