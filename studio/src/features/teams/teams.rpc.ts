import { Injectable } from '@nestjs/common';
import { METHODS, serve } from '@maestro/protocol';
import { Database } from '../../platform/database/index.js';
import { Operations } from '../../platform/idempotency/index.js';
import { answer, DaemonRpc } from '../sessions/index.js';
import type { DaemonConnection } from '../sessions/index.js';
import { ChannelService } from './channel.service.js';
import { TeamEnds } from './team-ends.service.js';

interface From {
  readonly context: DaemonConnection;
}

/** `channel/…` and `team/…` of the daemon protocol: translates and delegates. */
@Injectable()
export class TeamsRpc {
  constructor(rpc: DaemonRpc, database: Database, operations: Operations, channel: ChannelService, ends: TeamEnds) {
    rpc.bind(
      serve(METHODS.channelRead, async ({ after }, { context }: From) => (await channel.read(context.bound, after)) as never),
      serve(METHODS.channelPost, async ({ opId, run, text }, { context }: From) => {
        const session = context.bound;
        const operation = { scope: `session:${session.id}`, opId, method: METHODS.channelPost.name };
        return answer(METHODS.channelPost, await database.inTransaction((tx) => operations.once(tx, operation, () => channel.talk(tx, session, { text, run: run ?? null }))));
      }),
      serve(METHODS.teamReport, async ({ opId, worker, end, why }, { context }: From) => {
        const session = context.bound;
        const operation = { scope: `session:${session.id}`, opId, method: METHODS.teamReport.name };
        return answer(METHODS.teamReport, await database.inTransaction((tx) => operations.once(tx, operation, () => ends.processEnded(tx, session, worker, end, why))));
      }),
    );
  }
}
