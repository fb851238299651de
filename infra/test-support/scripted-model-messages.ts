import type { ServerResponse } from 'node:http';
import type { ModelAnswer, ModelRequest } from './scripted-model.js';
import { ANSWER_USAGE } from './scripted-model.js';

/** Anthropic's Messages API, as much of it as Claude Code uses. Format: platform.claude.com/docs/en/api/messages-streaming. */

type Block = { readonly type: string; readonly text?: string; readonly content?: unknown };
interface Body {
  readonly messages?: readonly { readonly role: string; readonly content: string | readonly Block[] }[];
  readonly tools?: readonly { readonly name?: string; readonly type?: string }[];
  readonly model?: string;
  readonly stream?: boolean;
}

export function readMessagesRequest(value: unknown): Omit<ModelRequest, 'key'> {
  const body = value as Body;
  let prompt: string[] = [];
  let results: string[] = [];
  let answeredInText = false;
  for (const message of body.messages ?? []) {
    const blocks: readonly Block[] = typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : message.content;
    if (message.role === 'assistant') {
      answeredInText = !blocks.some((block) => block.type === 'tool_use');
      continue;
    }
    if (answeredInText) [prompt, results, answeredInText] = [[], [], false];
    for (const block of blocks) {
      if (block.type === 'text') prompt.push(block.text ?? '');
      if (block.type === 'tool_result') results.push(textOf(block.content));
    }
  }
  return { api: 'messages', tools: (body.tools ?? []).map((tool) => tool.name ?? tool.type ?? ''), prompt: prompt.join('\n'), results };
}

export function writeMessagesAnswer(response: ServerResponse, answer: Exclude<ModelAnswer, { status: number } | { hang: true }>, serial: number): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (type: string, data: object) => response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  const usage = { input_tokens: ANSWER_USAGE.inputTokens, output_tokens: 1 };
  send('message_start', {
    message: { id: `msg_${serial}`, type: 'message', role: 'assistant', model: 'scripted', content: [], stop_reason: null, stop_sequence: null, usage },
  });
  let index = 0;
  const block = (start: object, delta: object) => {
    send('content_block_start', { index, content_block: start });
    send('content_block_delta', { index, delta });
    send('content_block_stop', { index });
    index += 1;
  };
  if (answer.say !== undefined) block({ type: 'text', text: '' }, { type: 'text_delta', text: answer.say });
  const calls = 'call' in answer;
  if (calls) {
    block({ type: 'tool_use', id: `toolu_${serial}`, name: answer.call, input: {} }, { type: 'input_json_delta', partial_json: JSON.stringify(answer.input) });
  }
  send('message_delta', { delta: { stop_reason: calls ? 'tool_use' : 'end_turn', stop_sequence: null }, usage: { output_tokens: ANSWER_USAGE.outputTokens } });
  send('message_stop', {});
  response.end();
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: Block) => part.text ?? '').join('');
}
