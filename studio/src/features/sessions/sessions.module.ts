import { Module } from '@nestjs/common';
import { ScopeLocator } from '../../platform/access/index.js';
import { ProjectsModule } from '../projects/index.js';
import { AgentSessionsRepository } from './agent-sessions.repository.js';
import { CallWatch } from './call-watch.js';
import { DaemonGateway } from './daemon.gateway.js';
import { DaemonRpc } from './daemon-rpc.js';
import { SessionPush } from './session-push.js';
import { SessionSweepLoop } from './session-sweep.loop.js';
import { SessionViews } from './session-views.service.js';
import { OpenRpcController } from './openrpc.controller.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsRpc } from './sessions.rpc.js';
import { SessionsService } from './sessions.service.js';
import { StudioBeatLoop } from './studio-beat.loop.js';
import { StudioWatchRepository } from './studio-watch.repository.js';
import { StudioWatch } from './studio-watch.service.js';

@Module({
  imports: [ProjectsModule],
  controllers: [SessionsController, OpenRpcController],
  providers: [
    AgentSessionsRepository, StudioWatchRepository, StudioWatch, SessionPush, SessionsService, SessionViews, CallWatch, DaemonRpc, SessionsRpc, DaemonGateway,
    SessionSweepLoop, StudioBeatLoop,
  ],
  exports: [SessionPush, SessionViews, SessionsService, DaemonRpc, StudioWatch],
})
export class SessionsModule {
  constructor(scopes: ScopeLocator, sessions: AgentSessionsRepository) {
    scopes.register('agent_session', (reader, id) => sessions.locate(reader, id));
  }
}
