import { runMcpServer } from '../mcp-server.js';

/** What `maestro mcp` does, as a program of its own that a test can start. */
await runMcpServer({
  socketPath: process.env['MAESTRO_TOOLS_SOCKET'] ?? '',
  token: process.env['MAESTRO_TOOLS_TOKEN'] ?? '',
  stdin: process.stdin,
  stdout: process.stdout,
}).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
