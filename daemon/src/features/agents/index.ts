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
export { createAgents } from './agents.js';
export type { Agents, AgentsOptions, CommandAgent } from './agents.js';
export { TOOLS_SOCKET_VARIABLE, TOOLS_TOKEN_VARIABLE, agentEnvironment } from './domain/environment.js';
