import { randomUUID } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import type { McpServer, SessionUpdate } from '@agentclientprotocol/sdk';
import { PROTOCOL_VERSION, RequestError, agent, methods, ndJsonStream } from '@agentclientprotocol/sdk';
import { z } from 'zod';
import { readEnvironment } from '../../../config/environment.js';
import { REHEARSAL_VARIABLE } from './variable.js';
import type { Stage } from './perform.js';
import { StepFailure, performStep, titleOf } from './perform.js';
import { readScript } from './script-file.js';
import { stepsFor } from './script.js';
import type { Step } from './script.js';
import { ToolClient } from './tool-client.js';

/** The main file of the rehearsal agent: an ACP agent of our own that plays a script (see script.ts) instead of asking a model. It says so in every message. */

const Order = z.object({
  script: z.string(),
  work: z.object({ purpose: z.string(), taskKey: z.string().optional(), attempt: z.number(), revision: z.number(), repair: z.number() }),
});

interface Session {
  readonly cwd: string;
  readonly tools: ToolClient;
  turn: number;
  running: AbortController | undefined;
}

const env = readEnvironment();
const sessions = new Map<string, Session>();

function open(id: string, cwd: string, servers: readonly McpServer[]): void {
  sessions.set(id, { cwd, tools: new ToolClient(servers, env), turn: 0, running: undefined });
}

const connection = agent({ name: 'maestro-rehearsal' })
  .onRequest(methods.agent.initialize, () => ({ protocolVersion: PROTOCOL_VERSION, agentCapabilities: { loadSession: true } }))
  .onRequest(methods.agent.session.new, ({ params }) => {
    const sessionId = randomUUID();
    open(sessionId, params.cwd, params.mcpServers);
    return { sessionId };
  })
  .onRequest(methods.agent.session.load, ({ params }) => {
    open(params.sessionId, params.cwd, params.mcpServers);
    return {};
  })
  .onNotification(methods.agent.session.cancel, ({ params }) => sessions.get(params.sessionId)?.running?.abort())
  .onRequest(methods.agent.session.prompt, async ({ params, client }) => {
    const session = sessions.get(params.sessionId);
    if (session === undefined) throw RequestError.sessionNotFound(params.sessionId);
    session.turn += 1;
    const controller = new AbortController();
    session.running = controller;
    const prompt = params.prompt.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
    let usage: { inputTokens: number; outputTokens: number } | undefined;
    const update = (value: SessionUpdate) => client.notify(methods.client.session.update, { sessionId: params.sessionId, update: value });
    try {
      const steps = await findSteps(session.turn);
      const stage = stageOf(session, prompt, controller.signal, update, (reported) => {
        usage = reported;
      });
      for (const step of steps) await play(step, stage, update);
      return { stopReason: 'end_turn' as const, ...(usage && { _meta: { usage } }) };
    } catch (error) {
      if (controller.signal.aborted) return { stopReason: 'cancelled' as const };
      if (error instanceof StepFailure) throw new RequestError(-32_603, error.message, { maestro: { class: error.failure, until: error.until } });
      throw new RequestError(-32_603, `The rehearsal agent broke: ${error instanceof Error ? error.message : String(error)}`, { maestro: { class: 'internal' } });
    }
  })
  .connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>));

async function findSteps(turn: number): Promise<readonly Step[]> {
  const order = Order.safeParse(parseJson(env[REHEARSAL_VARIABLE]));
  if (!order.success) throw new StepFailure('internal', `${REHEARSAL_VARIABLE} does not say what to rehearse.`);
  const { script: path, work } = order.data;
  const read = await readScript(path);
  if ('problem' in read) throw new StepFailure('script', read.problem);
  const { taskKey, ...rest } = work;
  const found = stepsFor(read.script, { ...rest, ...(taskKey === undefined ? {} : { taskKey }) }, turn);
  if ('missing' in found) throw new StepFailure('script', found.missing);
  return found.steps;
}

function stageOf(session: Session, prompt: string, signal: AbortSignal, update: (value: SessionUpdate) => Promise<void>, report: Stage['report']): Stage {
  const chunk = (kind: 'agent_message_chunk' | 'agent_thought_chunk', text: string) =>
    update({ sessionUpdate: kind, messageId: randomUUID(), content: { type: 'text', text: `[rehearsal] ${text}` } });
  return {
    cwd: session.cwd,
    env,
    prompt,
    tools: session.tools,
    signal,
    report,
    say: (text) => chunk('agent_message_chunk', text),
    think: (text) => chunk('agent_thought_chunk', text),
  };
}

async function play(step: Step, stage: Stage, update: (value: SessionUpdate) => Promise<void>): Promise<void> {
  stage.signal.throwIfAborted();
  const shown = titleOf(step);
  if (shown === undefined) {
    await performStep(step, stage);
    return;
  }
  const toolCallId = randomUUID();
  await update({ sessionUpdate: 'tool_call', toolCallId, title: shown.title, kind: shown.kind, name: step.kind, status: 'in_progress' });
  try {
    const text = await performStep(step, stage);
    const content = text === '' ? {} : { content: [{ type: 'content' as const, content: { type: 'text' as const, text } }] };
    await update({ sessionUpdate: 'tool_call_update', toolCallId, status: 'completed', ...content });
  } catch (error) {
    await update({ sessionUpdate: 'tool_call_update', toolCallId, status: 'failed' });
    throw error;
  }
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

await connection.closed;
for (const session of sessions.values()) await session.tools.close();
process.exit(0);
