import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { requestOf } from './request.js';

/** Who is asking, as far as authentication knows. What they may do is `Access`. */
export interface Caller {
  readonly userId: string;
  /** `cookie`: a browser's session. `bearer`: a daemon's or script's access token. */
  readonly via: 'cookie' | 'bearer';
  /** The web session's or refresh family's id: what a revocation names. */
  readonly grantId: string;
  /** When the presented credential runs out; an open socket is closed then (4401) unless it is renewed before. */
  readonly expiresAt: Date;
  /** A bearer token reaches one workspace, and perhaps only some of its projects. `null`: everything the user may reach. */
  readonly reach: Reach | null;
}

export interface Reach {
  readonly workspaceId: string;
  /** `null`: all projects of the workspace. */
  readonly projectIds: readonly string[] | null;
}

/** Parameter decorator: the signed-in caller. On a public route there is none, and asking for one is a defect. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = requestOf(context);
  if (caller === undefined) throw new Error('access.no_caller: a @Public route has no caller');
  return caller;
});
