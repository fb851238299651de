export { Places } from './places.js';
export type { MachinePorts } from './project-session.js';
export { Sessions } from './sessions.js';
