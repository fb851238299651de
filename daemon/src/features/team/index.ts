export { leadPurposes, workerFolder } from './domain/worker-start.js';
export { reapRuns, reapTeam } from './leftovers.js';
export { readHandover } from './lifeline.js';
export type { Handover } from './lifeline.js';
export { TeamDesk } from './team-desk.js';
export { allRecords } from './team-record.js';
export type { LeadPorts, TeamLine, TeamSigns, TeamWish } from './team.types.js';
export { guardWorker } from './worker-guard.js';
export type { WorkerPlace } from './worker-guard.js';
