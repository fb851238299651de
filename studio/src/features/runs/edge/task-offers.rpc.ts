import { Injectable } from '@nestjs/common';
import { METHODS, ok, serve } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import { Database } from '../../../platform/database/index.js';
import { Operations } from '../../../platform/idempotency/index.js';
import { answer, actorOf, DaemonRpc } from '../../sessions/index.js';
import type { BoundSession, DaemonConnection } from '../../sessions/index.js';
import { TaskActionsService } from '../../tasks/index.js';

interface From {
  readonly context: DaemonConnection;
}

/** `task/…` of the daemon protocol: a member answers an offer from their own machine. Here because tasks know no sessions. */
@Injectable()
export class TaskOffersRpc {
  constructor(
    rpc: DaemonRpc,
    private readonly database: Database,
    private readonly operations: Operations,
    private readonly actions: TaskActionsService,
  ) {
    rpc.bind(
      serve(METHODS.taskAccept, async ({ opId, task }, { context }: From) => answer(METHODS.taskAccept, await this.respond(context.bound, opId, METHODS.taskAccept.name, task, { accept: true, why: '' }))),
      serve(METHODS.taskDecline, async ({ opId, task, why }, { context }: From) => answer(METHODS.taskDecline, await this.respond(context.bound, opId, METHODS.taskDecline.name, task, { accept: false, why }))),
    );
  }

  private respond(session: BoundSession, opId: string, method: string, task: string, said: { readonly accept: boolean; readonly why: string }): Promise<Result<{ key: string }>> {
    return this.database.inTransaction((tx) =>
      this.operations.once(tx, { scope: `session:${session.id}`, opId, method }, async () => {
        const responded = await this.actions.respondIn(tx, session.memberId, task, { ...said, session: session.id }, { actor: actorOf(session) });
        return responded.ok ? ok({ key: responded.value.key }) : responded;
      }),
    );
  }
}
