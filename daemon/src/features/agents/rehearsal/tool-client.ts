import type { McpServer } from '@agentclientprotocol/sdk';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

/** What a tool answered. */
export interface ToolResult {
  readonly ok: boolean;
  readonly text: string;
}

/** The run's tools, reached as any agent reaches them: by starting the MCP server that the session named. */
export class ToolClient {
  private client: Client | undefined;

  constructor(
    private readonly servers: readonly McpServer[],
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  async call(name: string, args: Readonly<Record<string, unknown>>): Promise<ToolResult> {
    this.client ??= await this.connect();
    const result = await this.client.callTool({ name, arguments: { ...args } });
    const parts = Array.isArray(result.content) ? result.content : [];
    const text = parts.map((part: unknown) => (isText(part) ? part.text : '')).join('\n');
    return { ok: result.isError !== true, text };
  }

  async close(): Promise<void> {
    await this.client?.close();
  }

  private async connect(): Promise<Client> {
    const server = this.servers.find((each): each is Extract<McpServer, { command: string }> => 'command' in each);
    if (server === undefined) throw new Error('this run was given no tools');
    const client = new Client({ name: 'maestro-rehearsal', version: '1.0.0' });
    const own = Object.fromEntries(server.env.map(({ name, value }) => [name, value]));
    await client.connect(new StdioClientTransport({ command: server.command, args: server.args, env: { ...this.env, ...own } }));
    return client;
  }
}

function isText(part: unknown): part is { text: string } {
  return typeof part === 'object' && part !== null && 'text' in part && typeof part.text === 'string';
}
