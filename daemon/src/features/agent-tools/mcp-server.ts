import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { TOOLS, inputOf, isToolName } from './tools.js';
import type { ToolAnswer } from './tools-socket.js';
import { AnswerLine, Welcome, lineSplitter, readLine } from './wire.js';

export interface McpServerOptions {
  readonly socketPath: string;
  readonly token: string;
  /** Where the agent speaks MCP. */
  readonly stdin: Readable;
  readonly stdout: Writable;
}

/** Why the server could not serve; the message is for the agent's log. */
export class ToolsUnavailableError extends Error {
  override readonly name = 'ToolsUnavailableError';
}

/**
 * Serves a run's tools over MCP on stdio until the agent closes its end or the run is over; `maestro mcp` is this.
 * Knows nothing of the run but its token: every call goes to the daemon, which decides.
 *
 * @throws ToolsUnavailableError when the daemon is not there or refuses the token.
 */
export async function runMcpServer(options: McpServerOptions): Promise<void> {
  const daemon = await DaemonLine.open(options.socketPath, options.token);
  const server = new McpServer({ name: 'maestro', version: '1.0.0' });
  for (const name of daemon.tools) {
    // A newer daemon may offer tools that this program does not know.
    if (!isToolName(name)) continue;
    const { title, description } = TOOLS[name];
    server.registerTool(name, { title, description, inputSchema: inputOf(name) }, async (input: unknown) => {
      const said = await daemon.call(name, input);
      return { content: [{ type: 'text' as const, text: said.text }], isError: !said.ok };
    });
  }
  const transport = new StdioServerTransport(options.stdin, options.stdout);
  const over = new Promise<void>((resolve) => {
    options.stdin.once('end', resolve);
    options.stdin.once('close', resolve);
    server.server.onclose = resolve;
    void daemon.closed.then(resolve);
  });
  await server.connect(transport);
  await over;
  daemon.close();
  await server.close();
}

/** The connection to the daemon. One that breaks stays broken: the token dies with the daemon's run. */
class DaemonLine {
  readonly closed: Promise<void>;
  private readonly waiting = new Map<number, (answer: ToolAnswer) => void>();
  private nextId = 1;

  private constructor(
    private readonly socket: Socket,
    readonly tools: readonly string[],
  ) {
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        const gone = { ok: false, text: 'The run is over, or the Maestro daemon is gone. Go on without this tool.' };
        for (const settle of this.waiting.values()) settle(gone);
        this.waiting.clear();
        resolve();
      });
    });
  }

  static async open(socketPath: string, token: string): Promise<DaemonLine> {
    const socket = connect(socketPath);
    socket.setEncoding('utf8');
    return new Promise((resolve, reject) => {
      let line: DaemonLine | undefined;
      const fail = (reason: string) => {
        socket.destroy();
        reject(new ToolsUnavailableError(reason));
      };
      const split = lineSplitter((text) => {
        if (line !== undefined) return line.settle(text);
        const welcome = readLine(Welcome, text);
        if (welcome?.ok !== true) return fail(welcome?.text ?? 'The Maestro daemon did not answer as expected. Is it the same version?');
        line = new DaemonLine(socket, welcome.tools);
        return resolve(line);
      });
      socket.once('connect', () => socket.write(`${JSON.stringify({ token })}\n`));
      socket.once('error', (error) => fail(`The Maestro daemon is not reachable at ${socketPath}: ${error.message}`));
      socket.once('close', () => fail('The Maestro daemon closed the connection.'));
      socket.on('data', (chunk: string) => {
        if (!split(chunk)) socket.destroy();
      });
    });
  }

  call(tool: string, input: unknown): Promise<ToolAnswer> {
    if (this.socket.destroyed) return Promise.resolve({ ok: false, text: 'The run is over. This tool can no longer be used.' });
    const id = this.nextId;
    this.nextId += 1;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.socket.write(`${JSON.stringify({ id, tool, input })}\n`);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private settle(text: string): void {
    const answer = readLine(AnswerLine, text);
    if (answer === undefined) return;
    this.waiting.get(answer.id)?.({ ok: answer.ok, text: answer.text });
    this.waiting.delete(answer.id);
  }
}
