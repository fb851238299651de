export { FaultProxy } from './fault-proxy.js';
export type { Mangling, ProxyDirection } from './fault-proxy.js';
