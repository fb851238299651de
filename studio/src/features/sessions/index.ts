export { SessionsModule } from './sessions.module.js';
export { SessionPush } from './session-push.js';
export { SessionViews } from './session-views.service.js';
export { StudioWatch } from './studio-watch.service.js';
export { answer, DaemonRpc } from './daemon-rpc.js';
export { actorOf, DaemonConnection } from './daemon-connection.js';
export type { BoundSession } from './daemon-connection.js';
export { SessionRuns } from './sessions.ports.js';
export type { Renewal, Settled } from './sessions.ports.js';
