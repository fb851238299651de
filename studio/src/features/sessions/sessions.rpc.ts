import { Injectable } from '@nestjs/common';
import { METHODS, ok, serve } from '@maestro/protocol';
import { Database } from '../../platform/database/index.js';
import { Operations } from '../../platform/idempotency/index.js';
import { CloseCode } from '../../platform/ws/index.js';
import { answer, DaemonRpc } from './daemon-rpc.js';
import type { DaemonConnection } from './daemon-connection.js';
import { SessionsService } from './sessions.service.js';

/** `session/…` of the daemon protocol. */
@Injectable()
export class SessionsRpc {
  constructor(
    rpc: DaemonRpc,
    private readonly database: Database,
    private readonly operations: Operations,
    private readonly sessions: SessionsService,
  ) {
    rpc.bind(
      serve(METHODS.sessionHello, async (params, { context }: { context: DaemonConnection }) => answer(METHODS.sessionHello, await this.sessions.hello(context, params))),
      serve(METHODS.sessionHeartbeat, async (params, { context }: { context: DaemonConnection }) => {
        const { replaced, helloNeeded, invalid } = await this.sessions.heartbeat(context.bound, context.id, params);
        if (replaced) context.close(CloseCode.replaced, 'A newer connection of this machine speaks for the session.');
        return { helloNeeded, invalid: [...invalid] as never };
      }),
      serve(METHODS.sessionLeave, async ({ opId }, { context }: { context: DaemonConnection }) => {
        const session = context.bound;
        const left = await this.database.inTransaction((tx) =>
          this.operations.once(tx, { scope: `session:${session.id}`, opId, method: METHODS.sessionLeave.name }, async () => {
            await this.sessions.leave(tx, session);
            return ok({});
          }),
        );
        return answer(METHODS.sessionLeave, left);
      }),
    );
  }
}
