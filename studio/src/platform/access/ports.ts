import type { IncomingMessage } from 'node:http';
import type { Result, Role } from '@maestro/protocol';
import type { Caller } from './caller.js';

/** Provided by `accounts`: turns a cookie or bearer token into a caller. */
export abstract class Authenticator {
  /** Refuses with `unauthenticated` when there is no credential or it is no good. */
  abstract authenticate(request: IncomingMessage): Promise<Result<Caller>>;
}

export interface Membership {
  readonly memberId: string;
  readonly workspaceId: string;
  readonly roles: readonly Role[];
}

/** Provided by `workspaces`: what a user belongs to. Only live memberships of enabled users. */
export abstract class Memberships {
  abstract find(userId: string, workspaceId: string): Promise<Membership | undefined>;
  abstract all(userId: string): Promise<readonly Membership[]>;
}
