export { hasConflictMarkers } from './domain/tree-gate.js';
export { judge } from './import-gates.js';
export { isSparse, readSmallFile } from './lane-repository.js';
export { commitLeftovers } from './leftovers.js';
export { Quarantine, vaultObjects, withinTime } from './quarantine.js';
export type { ImportPolicy, ImportRefusalCode, Judged } from './quarantine.types.js';
export { DEFAULT_IMPORT_POLICY } from './quarantine.types.js';
