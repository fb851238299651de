export type {
  AgentAdapter,
  AgentCapabilities,
  AgentDetection,
  AgentProcess,
  AgentSessionHandle,
  AgentToolAccess,
  AgentTurn,
  AgentWork,
} from './agent.js';
export type { AgentEnd, AgentEvent } from './domain/events.js';
export { FailureClass, ownFault } from './domain/failures.js';
