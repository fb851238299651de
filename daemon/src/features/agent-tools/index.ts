export { ToolsUnavailableError, runMcpServer } from './mcp-server.js';
export type { McpServerOptions } from './mcp-server.js';
export { toolsFor } from './tools.js';
export type { ToolCall, ToolName } from './tools.js';
export { startToolsSocket } from './tools-socket.js';
export type { AgentToolsHost, ToolAnswer, ToolsSocket, ToolsSocketOptions } from './tools-socket.js';
