export { RunStopped } from './conversation.types.js';
export type { ConversationContext, ToolGrants, WatchedAgent } from './conversation.types.js';
export { analysisPrompt, implementPrompt, planPrompt, reviewPrompt, uncollectablePrompt, validationPrompt } from './domain/prompt.js';
export { RunTools } from './run-tools.js';
export type { SubtaskAnswer, SubtaskRequest } from './run-tools.js';
export { Talk } from './talk.js';
export type { TurnEnd } from './talk.js';
