import type { ServerResponse } from 'node:http';
import type { ModelAnswer, ModelRequest } from './scripted-model.js';
import { ANSWER_USAGE } from './scripted-model.js';

/** OpenAI's Responses API, as much of it as Codex uses. Format: platform.openai.com/docs/api-reference/responses-streaming. */

interface Item {
  readonly type?: string;
  readonly role?: string;
  readonly content?: string | readonly { readonly text?: string }[];
  readonly output?: unknown;
}
interface Tool {
  readonly type?: string;
  readonly name?: string;
  readonly tools?: readonly Tool[];
}

export function readResponsesRequest(value: unknown): Omit<ModelRequest, 'key'> {
  const body = value as { readonly input?: readonly Item[]; readonly tools?: readonly Tool[] };
  let prompt: string[] = [];
  let results: string[] = [];
  let answeredInText = false;
  for (const item of body.input ?? []) {
    const isMessage = item.type === 'message' || item.type === undefined;
    if (isMessage && item.role === 'user') {
      if (answeredInText) [prompt, results] = [[], []];
      prompt.push(textOf(item.content));
    }
    answeredInText = isMessage && item.role === 'assistant';
    if (item.type === 'function_call_output' || item.type === 'custom_tool_call_output') results.push(outputOf(item.output));
  }
  return { api: 'responses', tools: (body.tools ?? []).flatMap(namesOf), prompt: prompt.join('\n'), results };
}

export function writeResponsesAnswer(response: ServerResponse, answer: Exclude<ModelAnswer, { status: number } | { hang: true }>, serial: number): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (type: string, data: object) => response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  const id = `resp_${serial}`;
  send('response.created', { response: { id } });
  let index = 0;
  const item = (value: object) => {
    send('response.output_item.done', { output_index: index, item: value });
    index += 1;
  };
  if (answer.say !== undefined) item({ type: 'message', id: `msg_${serial}`, role: 'assistant', content: [{ type: 'output_text', text: answer.say }] });
  if ('call' in answer) {
    // An MCP tool is called by its own name inside the namespace of its server.
    const mcp = /^(mcp__.+?)__(.+)$/.exec(answer.call);
    const name = mcp === null ? { name: answer.call } : { namespace: mcp[1], name: mcp[2] };
    item({ type: 'function_call', id: `fc_${serial}`, call_id: `call_${serial}`, ...name, arguments: JSON.stringify(answer.input) });
  }
  const { inputTokens, outputTokens } = ANSWER_USAGE;
  send('response.completed', {
    response: {
      id,
      usage: { input_tokens: inputTokens, input_tokens_details: null, output_tokens: outputTokens, output_tokens_details: null, total_tokens: inputTokens + outputTokens },
    },
  });
  response.end();
}

function namesOf(tool: Tool): string[] {
  if (tool.type === 'namespace') return (tool.tools ?? []).map((inner) => `${tool.name ?? ''}__${inner.name ?? ''}`);
  return [tool.name ?? tool.type ?? ''];
}

function textOf(content: Item['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => part.text ?? '').join('');
}

function outputOf(output: unknown): string {
  return typeof output === 'string' ? output : JSON.stringify(output);
}
