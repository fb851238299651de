import { ToolsUnavailableError, runMcpServer } from '../../features/agent-tools/index.js';
import { TOOLS_SOCKET_VARIABLE, TOOLS_TOKEN_VARIABLE } from '../../features/agents/index.js';
import { defineCommand } from '../command.js';
import { failure } from '../failure.js';

export const mcp = defineCommand({
  details: `Serves the tools of one run to its agent, over MCP on standard input and output. The daemon has agents start it by themselves; ${TOOLS_SOCKET_VARIABLE} and ${TOOLS_TOKEN_VARIABLE}, which only that agent gets, name the run.`,
  examples: ['maestro mcp'],
  reports: false,
  async run(world) {
    const { [TOOLS_SOCKET_VARIABLE]: socketPath, [TOOLS_TOKEN_VARIABLE]: token } = world.settings.environment;
    if (socketPath === undefined || token === undefined) throw failure('usage', 'This is not the environment of a run.', 'nothing by hand: the agent of a run starts this by itself');
    try {
      await runMcpServer({ socketPath, token, stdin: world.terminal.stdin, stdout: world.terminal.stdout });
    } catch (error) {
      if (error instanceof ToolsUnavailableError) throw failure('failed', error.message, 'nothing by hand: the agent of a run starts this by itself', error);
      throw error;
    }
    return undefined;
  },
});
