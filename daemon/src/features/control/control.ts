import { z } from 'zod';
import { withFileLock } from '../../platform/file-lock.js';
import { LocalRefusal, NobodyListens, connectLines, serveLines } from '../../platform/line-rpc.js';
import type { LineConnection, LineServer } from '../../platform/line-rpc.js';
import type { ControlMethod, ControlParams, ControlResult } from './control.types.js';
import type { DaemonNews } from './control.types.js';
import { CONTROL, NEWS } from './control.types.js';

/** What the daemon does for its callers. An expected "no" is thrown as `LocalRefusal`. */
export type ControlHandlers = {
  readonly [M in Exclude<ControlMethod, 'watch'>]: (params: ControlParams<M>) => Promise<ControlResult<M>>;
} & { readonly watch: (tell: (news: DaemonNews) => void) => () => void };

/**
 * Serves the control socket, unless a daemon does already. The lock is held for the moment of looking only: a daemon that is killed leaves
 * a socket that nobody answers, and no lock.
 */
export async function serveControl(options: { path: string; lockPath: string; handlers: ControlHandlers; onProblem: (error: unknown) => void }): Promise<LineServer | 'taken'> {
  return withFileLock(options.lockPath, async () => {
    if (await isServed(options.path)) return 'taken';
    return serveLines(options.path, bind(options.handlers), options.onProblem);
  });
}

async function isServed(path: string): Promise<boolean> {
  try {
    (await connectLines(path)).close();
    return true;
  } catch (error) {
    if (error instanceof NobodyListens) return false;
    throw error;
  }
}

function bind(handlers: ControlHandlers) {
  return {
    status: checked(CONTROL.status.params, handlers.status),
    connect: checked(CONTROL.connect.params, handlers.connect),
    disconnect: checked(CONTROL.disconnect.params, handlers.disconnect),
    steer: checked(CONTROL.steer.params, handlers.steer),
    team: checked(CONTROL.team.params, handlers.team),
    done: checked(CONTROL.done.params, handlers.done),
    watch: async (_params: unknown, connection: LineConnection) => {
      const stop = handlers.watch((news) => connection.notify(NEWS, news));
      void connection.closed.then(stop);
      return {};
    },
  };
}

function checked<P extends z.ZodType>(params: P, handle: (params: z.output<P>) => Promise<unknown>): (raw: unknown) => Promise<unknown> {
  return async (raw) => {
    const parsed = params.safeParse(raw);
    if (parsed.success) return handle(parsed.data);
    throw new LocalRefusal('bad_request', `The running daemon does not understand this: ${z.prettifyError(parsed.error)}`, 'maestro disconnect, then maestro connect: the daemon may be of another version');
  };
}
