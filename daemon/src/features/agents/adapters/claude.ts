import type { AgentTurn } from '../agent.js';
import { CLAUDE_START, readClaudeLine } from '../domain/claude-lines.js';
import type { Moment } from '../domain/complaints.js';
import { complaintEnd } from '../domain/complaints.js';
import { agentEnvironment } from '../domain/environment.js';
import type { LineReader, Program, ProgramPlan } from './program.js';
import { crashEnd } from './program.js';

/**
 * What Claude Code reads from its environment: how to sign in, where to reach the model, and what not to send home. Its own variables are named one by one:
 * a daemon started from a terminal of Claude Code also has those that would tie the agent to that window.
 */
export const CLAUDE_VARIABLES = [
  'ANTHROPIC_*',
  'CLAUDE_CONFIG_DIR',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
  'CLAUDE_CODE_MAX_OUTPUT_TOKENS',
  'CLAUDE_CODE_SUBAGENT_MODEL',
  'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC',
  'DISABLE_TELEMETRY',
  'DISABLE_ERROR_REPORTING',
  'DISABLE_AUTOUPDATER',
] as const;

/** Milliseconds that Claude Code waits for our tools' server to start, and for one call: on a busy machine its defaults leave a reviewer without the verdict tool. */
const TOOL_PATIENCE = { MCP_TIMEOUT: '120000', MCP_TOOL_TIMEOUT: '600000' } as const;

/** How our tools' server is called in the agent's configuration; tools are `mcp__maestro__<name>` for the model. */
const SERVER = 'maestro';

export interface ClaudeOptions {
  readonly command: string;
  readonly host: Readonly<Record<string, string>>;
  readonly allow: readonly string[];
  readonly moment: () => Moment;
}

/** Claude Code, once per turn, on JSON lines in both directions so that words can reach a running turn. */
export function claudeProgram(options: ClaudeOptions): Program {
  return {
    name: 'Claude Code',
    steerLine: userLine,
    plan: (turn, prompt, resume) => plan(options, turn, prompt, resume),
    read: () => reader(options.moment),
  };
}

function plan(options: ClaudeOptions, turn: AgentTurn, prompt: string, resume: string | undefined): ProgramPlan {
  const args = ['-p', '--output-format', 'stream-json', '--input-format', 'stream-json', '--verbose', '--permission-mode', 'acceptEdits'];
  // A repository's own .claude/settings.json may hold hooks, which would run without anybody's consent; an agent can plant one for the next turn, too.
  args.push('--setting-sources', 'user', '--strict-mcp-config');
  // acceptEdits covers files only, and nobody is there to approve a command: without this the agent could not run the tests it has to make pass.
  const allowed = ['Bash'];
  if (turn.tools !== undefined && turn.tools.names.length > 0) {
    // Socket and token travel in the environment: arguments can be read by everybody on the machine.
    args.push('--mcp-config', JSON.stringify({ mcpServers: { [SERVER]: { command: turn.tools.command, args: turn.tools.args } } }));
    allowed.push(...turn.tools.names.map((name) => `mcp__${SERVER}__${name}`));
  }
  args.push('--allowedTools', allowed.join(','));
  if (turn.model !== undefined) args.push('--model', turn.model);
  if (resume !== undefined) args.push('--resume', resume);
  const env = agentEnvironment({ host: options.host, allow: options.allow, add: { ...TOOL_PATIENCE, ...turn.env }, ...(turn.tools && { tools: turn.tools }) });
  return { command: options.command, args, env, input: userLine(prompt) };
}

function userLine(text: string): string {
  return `${JSON.stringify({ type: 'user', message: { role: 'user', content: [{ type: 'text', text }] } })}\n`;
}

function reader(moment: () => Moment): LineReader {
  let state = CLAUDE_START;
  return {
    line(line) {
      const reading = readClaudeLine(line, state, moment());
      state = reading.state;
      return reading;
    },
    exit(code, signal, complaint) {
      // A start that fails says why on standard error and prints no result.
      return { end: signal === null && complaint !== '' ? complaintEnd('Claude Code', complaint, moment()) : crashEnd('Claude Code', code, signal, complaint) };
    },
  };
}
