import type { AgentTurn } from '../agent.js';
import type { CodexState } from '../domain/codex-lines.js';
import { codexStart, readCodexLine } from '../domain/codex-lines.js';
import type { Moment } from '../domain/complaints.js';
import { complaintEnd } from '../domain/complaints.js';
import { TOOLS_SOCKET_VARIABLE, TOOLS_TOKEN_VARIABLE, agentEnvironment } from '../domain/environment.js';
import type { Program, ProgramPlan } from './program.js';
import { crashEnd } from './program.js';

/** What Codex reads from its environment. A provider of one's own names its key variable in config.toml; the person adds that name to the agent's `passEnv`. */
export const CODEX_VARIABLES = ['OPENAI_*', 'CODEX_HOME', 'CODEX_API_KEY', 'AZURE_OPENAI_API_KEY'] as const;

export interface CodexOptions {
  readonly command: string;
  readonly host: Readonly<Record<string, string>>;
  readonly allow: readonly string[];
  readonly moment: () => Moment;
}

/** Codex, once per turn, as `codex exec` and `codex exec resume`. `turn` is the conversation's first, for what was counted before it. */
export function codexProgram(options: CodexOptions, turn: AgentTurn): Program {
  const before = turn.resume?.usedBefore;
  // Totals run through all turns of a conversation, so what was counted has to outlive one turn's reader.
  let state: CodexState = codexStart(before && { cachedInputTokens: 0, ...before });
  return {
    name: 'Codex',
    plan: (current, prompt, resume) => plan(options, current, prompt, resume),
    read: () => ({
      line(line) {
        const reading = readCodexLine(line, state, options.moment());
        state = reading.state;
        return reading;
      },
      exit(code, signal, complaint) {
        return { end: signal === null && complaint !== '' ? complaintEnd('Codex', complaint, options.moment()) : crashEnd('Codex', code, signal, complaint) };
      },
    }),
  };
}

function plan(options: CodexOptions, turn: AgentTurn, prompt: string, resume: string | undefined): ProgramPlan {
  const args = ['exec', '--json', '-s', 'workspace-write', '--skip-git-repo-check'];
  if (turn.model !== undefined) args.push('-m', turn.model);
  if (turn.tools !== undefined && turn.tools.names.length > 0) {
    const { command, args: serverArgs } = turn.tools;
    // JSON strings and lists of strings are valid TOML. Only the names of the variables appear here, their values stay in the environment.
    const server = {
      command: JSON.stringify(command),
      args: JSON.stringify(serverArgs),
      env_vars: JSON.stringify([TOOLS_SOCKET_VARIABLE, TOOLS_TOKEN_VARIABLE]),
      // Without this every call is refused: nobody is there to approve it.
      default_tools_approval_mode: '"approve"',
      // Codex gives up on a server after 10 s and goes on without its tools, silently: on a busy machine a reviewer then has no way to give its verdict.
      startup_timeout_sec: '120',
      // Wait for it, and fail rather than work without its tools.
      required: 'true',
      // A question to a person, or a checkpoint of much work, takes its time.
      tool_timeout_sec: '600',
    };
    for (const [key, value] of Object.entries(server)) args.push('-c', `mcp_servers.maestro.${key}=${value}`);
  }
  if (resume !== undefined) args.push('resume', resume);
  // `-` reads the prompt from standard input: as an argument a one-word prompt is taken for a subcommand.
  args.push('-');
  const env = agentEnvironment({ host: options.host, allow: options.allow, ...(turn.env && { add: turn.env }), ...(turn.tools && { tools: turn.tools }) });
  return { command: options.command, args, env, input: prompt };
}
