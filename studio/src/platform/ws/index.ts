export { closeWhenExpired, CloseCode, hasRoom, keepAlive, MAX_BUFFERED_BYTES, sendAndWait, sendOrCutOff } from './sockets.js';
export { callerOf } from './upgrade-gate.js';
export { MaestroWsAdapter } from './ws-adapter.js';
export { WsModule } from './ws.module.js';
