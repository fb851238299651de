import { BLOCKED } from './blocked.js';
import { KNOWLEDGE } from './knowledge.js';
import { LANDING } from './landing.js';
import { LANES } from './lanes.js';
import { CRASHES, PEOPLE, SCALE, TEAMS } from './people.js';
import type { Requirement } from './requirement.js';
import { WAY } from './way.js';

export { EXCUSES } from './excuses.js';
export { LANE_THREATS } from './lanes.js';
export type { Requirement } from './requirement.js';
export { CAUSED_ROWS, ROWS, claims } from './rows.js';
export type { TableRow } from './rows.js';

/** Everything that the scenarios have to show; a test requires that each is cited by one. */
export const REQUIREMENTS: readonly Requirement[] = [...WAY, ...BLOCKED, ...LANDING, ...LANES, ...PEOPLE, ...KNOWLEDGE, ...TEAMS, ...CRASHES, ...SCALE];
