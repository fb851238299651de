import { readDirectives } from '@maestro/protocol';
import type { AgentAdapter } from '../agents/index.js';
import { RunTools, Talk } from '../conversations/index.js';
import { failed } from './ends.js';
import type { RunContext, WorkEnd } from './work.types.js';

export interface AgentWork {
  readonly talk: Talk;
  readonly tools: RunTools;
  /** Names of the tools, as the prompt lists them; empty when the agent has none. */
  readonly toolNames: readonly string[];
  /** Waits for what was asked for in the text of messages; what went wrong with it, for the agent. */
  settleDirectives(): Promise<readonly string[]>;
  /** Ends the conversation, its processes and its tools. */
  close(): Promise<void>;
}

export interface AgentPlace {
  readonly cwd: string;
  readonly checkpoint?: () => Promise<string>;
}

/** The agent that the studio chose. */
export function agentOf(run: RunContext): AgentAdapter | WorkEnd {
  const name = run.packet.agent;
  const adapter = name === undefined ? undefined : run.agents.find(name);
  return adapter ?? failed('agent_missing', name === undefined ? 'The studio chose no agent for this run.' : `The agent "${name}" is not on this machine. Install it, or connect with another --agent.`);
}

/** Puts an agent to work in a folder, with the tools of its purpose. */
export function beginAgentWork(run: RunContext, adapter: AgentAdapter, place: AgentPlace): AgentWork {
  const tools = new RunTools({ packet: run.packet, checkpoint: place.checkpoint, subtask: (request) => run.subtask(request), search: (query) => run.catalog.search([query]).then((answers) => answers?.[0]), post: run.inTeam() ? (text) => run.post(text) : undefined });
  const names = adapter.capabilities.tools ? tools.names : [];
  const access = names.length === 0 ? undefined : run.grants.grant(run.packet.run, names);
  run.serveTools((call) => tools.handle(call));
  const directives = new DirectiveReader(tools);
  const talk = new Talk({ context: run, adapter, cwd: place.cwd, tools: access, env: { ...identityOf(adapter.name), ...traceOf(run) }, onMessage: (text) => directives.read(text) });
  return {
    talk,
    tools,
    toolNames: names,
    settleDirectives: () => directives.settle(),
    async close() {
      run.serveTools(undefined);
      run.grants.revoke(run.packet.run);
      await talk.close();
    },
  };
}

/** Who an agent's commits are by. The address is reserved for nobody (RFC 2606). */
export function laneIdentity(agent: string): { readonly name: string; readonly email: string } {
  return { name: `Maestro (${agent})`, email: 'agent@maestro.invalid' };
}

function identityOf(agent: string): Record<string, string> {
  const { name, email } = laneIdentity(agent);
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
}

/** Agents that trace read their place in the trace from here, as OpenTelemetry's convention for environment variables has it. */
function traceOf({ trace }: RunContext): Record<string, string> {
  return trace === undefined ? {} : { TRACEPARENT: trace };
}

/** `MAESTRO:SUBTASK{…}` lines in the agent's own messages. */
class DirectiveReader {
  private asking: Promise<string | undefined>[] = [];

  constructor(private readonly tools: RunTools) {}

  read(message: string): void {
    const { items, issues } = readDirectives(message, this.tools.usedSubtasks);
    for (const { subtask } of items) {
      this.asking.push(this.tools.askSubtask(subtask).then((answer) => (answer.ok ? undefined : `The subtask "${subtask.title}" was not made: ${answer.text}`)));
    }
    for (const issue of issues) this.asking.push(Promise.resolve(`Line ${issue.line} of your message was not understood: ${issue.message}`));
  }

  async settle(): Promise<readonly string[]> {
    const problems = await Promise.all(this.asking);
    this.asking = [];
    return problems.filter((problem) => problem !== undefined);
  }
}
