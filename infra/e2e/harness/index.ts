export { cancelled, touchWhileBlocked } from './while-blocked.js';
export { requirement, stage } from './scenario.js';
export { standing } from './scene-plan.js';
export type { ScenePlan } from './scene-plan.js';
export type { Gate, Scene } from './scene.js';
export type { SiteMachine } from './site.js';
export { append, approve, crash, does, expectPrompt, reject, resolve, run, say, subtask, when, write, writes } from './steps.js';
export type { Part, Purposes, Step } from './steps.js';
export { SceneTeam, noneLeft } from './team.js';
