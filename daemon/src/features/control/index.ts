export { openControl, serveControl } from './control.js';
export type { ControlClient, ControlHandlers } from './control.js';
export type { ConnectRequest, ControlParams, ControlResult, DaemonNews, DaemonView, SessionLine } from './control.types.js';
