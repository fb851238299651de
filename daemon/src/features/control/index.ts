export { openControl } from './control-client.js';
export type { ControlClient } from './control-client.js';
export { serveControl } from './control.js';
export type { ControlHandlers } from './control.js';
export type { ConnectRequest, ControlParams, ControlResult, DaemonNews, DaemonView, SessionLine } from './control.types.js';
