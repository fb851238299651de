import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readMessagesRequest, writeMessagesAnswer } from './scripted-model-messages.js';
import { readResponsesRequest, writeResponsesAnswer } from './scripted-model-responses.js';

/**
 * A model on loopback whose answers a test writes down, so that the real agent programs can be driven without a network.
 * It speaks Anthropic's Messages API (Claude Code) and OpenAI's Responses API (Codex), both as server-sent events, and nothing else.
 */

/** What an agent asked, in words that both wire formats share. Derived from the request alone, so a repeated request gets the same answer. */
export interface ModelRequest {
  readonly api: 'messages' | 'responses';
  /** Names of the tools offered, an MCP tool as `mcp__<server>__<tool>` in both formats. */
  readonly tools: readonly string[];
  /** Everything the user side said since the last answer that was plain text: the prompt of this turn. */
  readonly prompt: string;
  /** Results of the tool calls made since that prompt, oldest first. */
  readonly results: readonly string[];
  /** The API key that came with the request. */
  readonly key: string | undefined;
}

/** One answer of the model. */
export type ModelAnswer =
  | { readonly say: string }
  /** Calls a tool; `say` comes before the call. */
  | { readonly call: string; readonly input: Readonly<Record<string, unknown>>; readonly say?: string }
  /** An HTTP error instead of an answer. */
  | { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** No answer until the server closes: an agent in the middle of its turn. */
  | { readonly hang: true };

export type ModelScript = (request: ModelRequest) => ModelAnswer;

export interface ScriptedModel {
  /** `http://127.0.0.1:<port>`; the Responses API lives under `/v1` of it. */
  readonly url: string;
  /** Every model request so far. */
  readonly requests: readonly ModelRequest[];
  close(): Promise<void>;
}

/** The usage that every answer reports, so that a test can add up what an adapter should have counted. */
export const ANSWER_USAGE = { inputTokens: 10, outputTokens: 5 } as const;

/** Answers one turn after another: the n-th list of steps is for the n-th prompt that is not a repetition; the step is chosen by how many tools were called. */
export function turns(...scripts: readonly (readonly ModelAnswer[])[]): ModelScript {
  const prompts: string[] = [];
  return (request) => {
    // Agents ask side questions (a title for the conversation, say) without offering tools.
    if (request.tools.length === 0) return { say: 'A title' };
    let turn = prompts.indexOf(request.prompt);
    if (turn < 0) turn = prompts.push(request.prompt) - 1;
    const answer = scripts[turn]?.[request.results.length];
    return answer ?? { status: 400, body: { error: { type: 'invalid_request_error', message: `The script has no step ${request.results.length} in turn ${turn}` } } };
  };
}

export async function startScriptedModel(script: ModelScript): Promise<ScriptedModel> {
  const requests: ModelRequest[] = [];
  let answered = 0;
  const server = createServer((request, response) => {
    void readBody(request).then((text) => {
      const path = (request.url ?? '').split('?')[0];
      const body: unknown = text === '' ? {} : JSON.parse(text);
      const isMessages = path === '/v1/messages';
      if (!isMessages && path !== '/v1/responses') return sendJson(response, path === '/v1/messages/count_tokens' ? 200 : 404, { input_tokens: 1 });
      const key = request.headers['x-api-key'] ?? request.headers.authorization?.replace(/^Bearer /, '');
      const asked: ModelRequest = { ...(isMessages ? readMessagesRequest(body) : readResponsesRequest(body)), key: Array.isArray(key) ? key[0] : key };
      requests.push(asked);
      const answer = script(asked);
      if ('hang' in answer) return undefined;
      if ('status' in answer) return sendJson(response, answer.status, answer.body, answer.headers);
      answered += 1;
      return isMessages ? writeMessagesAnswer(response, answer, answered) : writeResponsesAnswer(response, answer, answered);
    }).catch((error: unknown) => sendJson(response, 500, { error: { type: 'api_error', message: String(error) } }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function sendJson(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
