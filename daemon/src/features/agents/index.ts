export type {
  AgentAdapter,
  AgentCapabilities,
  AgentDetection,
  AgentProcess,
  AgentResume,
  AgentSessionHandle,
  AgentToolAccess,
  AgentTurn,
  AgentWork,
} from './agent.js';
export type { AgentEnd, AgentEvent } from './domain/events.js';
