import type { FailureClass } from '@maestro/protocol';
import { z } from 'zod';
import type { AgentAdapter, AgentEnd, AgentEvent, AgentSessionHandle, AgentToolAccess } from '../agents/index.js';
import type { ConversationContext } from './conversation.types.js';
import { RunStopped } from './conversation.types.js';
import { textParts } from './domain/parts.js';
import { steeringPrompt } from './domain/prompt.js';

export interface TalkOptions {
  readonly context: ConversationContext;
  readonly adapter: AgentAdapter;
  /** The agent's working directory. */
  readonly cwd: string;
  readonly tools: AgentToolAccess | undefined;
  /** Added to the agent's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Whole messages of the agent, for those who read directives in them. */
  readonly onMessage?: (text: string) => void;
}

/** How a turn came to its end. */
export type TurnEnd =
  | { readonly kind: 'completed'; readonly finalMessage: string }
  /** The agent wants a person's answer, in its own protocol's way. */
  | { readonly kind: 'question'; readonly question: string; readonly finalMessage: string }
  | { readonly kind: 'quota'; readonly until: string | undefined; readonly sentence: string }
  | { readonly kind: 'failed'; readonly class: FailureClass; readonly sentence: string };

/** What the agent costs is counted however far it came; nobody may turn forever. */
const MOST_TURNS = 40;
const Used = z.object({ inputTokens: z.number(), outputTokens: z.number(), cachedInputTokens: z.number() });

/** The conversation of one run with its agent: turns one after another, everything said written into the journal. */
export class Talk {
  private handle: AgentSessionHandle | undefined;
  private pumping: Promise<void> = Promise.resolve();
  private turns = 0;
  private openTools = 0;
  private question: string | undefined;
  private conversationId: string | undefined;
  /** What the conversation used, an earlier stretch of it included. */
  private readonly total = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 };

  constructor(private readonly options: TalkOptions) {}

  /** One prompt, and a further one for each word of a person that came meanwhile. Rejects with {@link RunStopped} only. */
  async turn(prompt: string): Promise<TurnEnd> {
    const { context } = this.options;
    for (let text = prompt; ; ) {
      const end = await this.oneTurn(text);
      if (end.kind !== 'completed') return end;
      const said = context.takeSteering();
      if (said.length === 0) return end;
      text = steeringPrompt(said);
    }
  }

  /** Ends the conversation and every process of it. */
  async close(): Promise<void> {
    const { context } = this.options;
    context.onSteering(undefined);
    context.watch(undefined);
    await this.handle?.close();
    await this.pumping;
    this.handle = undefined;
  }

  private async oneTurn(prompt: string): Promise<TurnEnd> {
    const { context } = this.options;
    await context.whenFree();
    if (this.turns >= MOST_TURNS) return { kind: 'failed', class: 'turns', sentence: `The agent had ${MOST_TURNS} turns and was not done.` };
    this.turns += 1;
    this.question = undefined;
    this.openTools = 0;
    const startedAt = context.awakeMs();
    context.emit('phase', { phase: 'turn', turn: this.turns });
    const end = await this.untilEnd(prompt);
    context.used({ turns: 1, seconds: (context.awakeMs() - startedAt) / 1_000 });
    // The turn's events are in the queue when its end resolves; one turn of the loop lets them through.
    await new Promise((resolve) => setImmediate(resolve));
    await this.rememberConversation();
    return this.read(end);
  }

  private async untilEnd(prompt: string): Promise<AgentEnd> {
    const { context } = this.options;
    const handle = this.handle;
    const ending = handle === undefined ? this.start(prompt) : handle.prompt(prompt);
    const onAbort = () => void this.handle?.cancel();
    context.signal.addEventListener('abort', onAbort, { once: true });
    if (context.signal.aborted) onAbort();
    const end = await ending;
    context.signal.removeEventListener('abort', onAbort);
    if (!context.signal.aborted) return end;
    await this.handle?.cancel();
    context.watch(undefined);
    throw new RunStopped();
  }

  private start(prompt: string): Promise<AgentEnd> {
    const { context, adapter, cwd, tools, env } = this.options;
    const { packet, marker } = context;
    const earlier = this.earlierConversation();
    const handle = adapter.start({
      runId: packet.run,
      cwd,
      prompt,
      work: { purpose: packet.purpose, attempt: packet.attempt, revision: packet.revision, repair: packet.repair, ...(packet.task === undefined ? {} : { taskKey: packet.task.key }) },
      marker,
      env,
      ...(tools === undefined ? {} : { tools }),
      ...(earlier === undefined ? {} : { resume: earlier }),
      onProcess: (process) => context.onProcess(process),
    });
    this.handle = handle;
    this.pumping = this.pump(handle);
    context.onSteering(async (text) => (await handle.steer?.(text)) ?? false);
    const complete = handle.complete?.bind(handle);
    context.watch({
      idleMs: () => handle.idleMs(),
      openTools: () => this.openTools,
      processes: () => handle.processes(),
      manual: adapter.capabilities.manual,
      ...(complete === undefined ? {} : { complete }),
    });
    return handle.ended;
  }

  /** The conversation that an earlier stretch of this run had with the same agent, before it waited. */
  private earlierConversation(): { readonly id: string; readonly usedBefore?: { inputTokens: number; outputTokens: number; cachedInputTokens: number } } | undefined {
    const step = this.options.context.steps.get('conversation');
    if (step?.['agent'] !== this.options.adapter.name || typeof step['id'] !== 'string' || !this.options.adapter.capabilities.resume) return undefined;
    const used = Used.safeParse(step['used']);
    if (!used.success) return { id: step['id'] };
    Object.assign(this.total, used.data);
    return { id: step['id'], usedBefore: used.data };
  }

  private async rememberConversation(): Promise<void> {
    if (this.conversationId === undefined || !this.options.adapter.capabilities.resume) return;
    await this.options.context.step('conversation', { agent: this.options.adapter.name, id: this.conversationId, used: { ...this.total } });
  }

  private async pump(handle: AgentSessionHandle): Promise<void> {
    for await (const event of handle.events) this.take(event);
  }

  /** Synchronous, so that no event of a turn is still waiting when its end is read. */
  private take(event: AgentEvent): void {
    const { context } = this.options;
    switch (event.kind) {
      case 'session':
        this.conversationId = event.id;
        if (event.model !== undefined) context.emit('phase', { phase: 'agent', agent: this.options.adapter.name, model: event.model });
        return;
      case 'message':
        this.say('message', event.text);
        this.options.onMessage?.(event.text);
        return;
      case 'thought':
        this.say('thought', event.text);
        return;
      case 'tool_started':
        this.openTools += 1;
        context.emit('tool_started', { id: event.id, name: event.name, title: event.title, ...(event.input === undefined ? {} : { input: event.input }) });
        return;
      case 'tool_ended':
        this.openTools = Math.max(0, this.openTools - 1);
        context.emit('tool_ended', { id: event.id, ok: event.ok, ...(event.summary === undefined ? {} : { summary: event.summary }) });
        return;
      case 'usage':
        this.count(event);
        return;
      case 'question':
        this.question = event.text;
        this.say('question', event.text);
        return;
      case 'quota':
        context.emit('quota', { sentence: event.sentence, ...(event.until === undefined ? {} : { until: event.until }) });
        return;
      case 'log':
        this.say('log', event.text, { stream: event.stream });
        return;
    }
  }

  private say(kind: 'message' | 'thought' | 'question' | 'log', text: string, more: Readonly<Record<string, unknown>> = {}): void {
    for (const part of textParts(text)) this.options.context.emit(kind, { ...more, ...part });
  }

  private count(event: Extract<AgentEvent, { kind: 'usage' }>): void {
    const { kind: _kind, ...usage } = event;
    this.total.inputTokens += usage.inputTokens;
    this.total.outputTokens += usage.outputTokens;
    this.total.cachedInputTokens += usage.cachedInputTokens ?? 0;
    this.options.context.used(usage);
    this.options.context.emit('usage', { ...usage });
  }

  private read(end: AgentEnd): TurnEnd {
    if (end.kind === 'failed') {
      return end.class === 'quota' ? { kind: 'quota', until: end.until, sentence: end.sentence } : { kind: 'failed', class: end.class, sentence: end.sentence };
    }
    if (this.question !== undefined) return { kind: 'question', question: this.question, finalMessage: end.finalMessage };
    return end;
  }
}
