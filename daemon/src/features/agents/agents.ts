import type { Clock } from '../../platform/clock.js';
import { ownFile } from '../../platform/own-files.js';
import { AcpPerformer } from './adapters/acp.js';
import type { AcpPreset } from './adapters/acp-presets.js';
import { ACP_PRESETS } from './adapters/acp-presets.js';
import { CLAUDE_VARIABLES, claudeProgram } from './adapters/claude.js';
import { CODEX_VARIABLES, codexProgram } from './adapters/codex.js';
import { commandProgram } from './adapters/command.js';
import { ManualPerformer } from './adapters/manual.js';
import type { Program } from './adapters/program.js';
import { ProgramPerformer } from './adapters/program.js';
import type { AgentAdapter, AgentCapabilities, AgentDetection, AgentTurn } from './agent.js';
import { Conversation } from './conversation.js';
import { detectProgram } from './detect.js';
import type { Moment } from './domain/complaints.js';
import { agentEnvironment } from './domain/environment.js';
import { REHEARSAL_VARIABLE } from './rehearsal/variable.js';

/** A program that a person made an agent of, in their configuration. */
export interface CommandAgent {
  /** As in `--agent <name>`; replaces a built-in agent of that name. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

export interface AgentsOptions {
  /** The environment the daemon was started in; filtered for each agent. */
  readonly host: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly commands?: readonly CommandAgent[];
  /** Variables that a person lets through, by agent name: the key of a provider of their own, say. */
  readonly passEnv?: Readonly<Record<string, readonly string[]>>;
  /** Where a built-in agent's program is, by agent name, when it is not to be looked up on the PATH. */
  readonly programs?: Readonly<Record<string, string>>;
  /** The rehearsal agent exists only with a script. `entry` is its compiled main file. */
  readonly rehearsal?: { readonly script: string; readonly entry?: string };
}

/** The agents that this daemon can start. */
export interface Agents {
  find(name: string): AgentAdapter | undefined;
  list(): readonly AgentAdapter[];
  /** Looks for all of them at once; takes as long as the slowest, ten seconds at most. */
  detectAll(): Promise<AgentDetection[]>;
}

export function createAgents(options: AgentsOptions): Agents {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const factory = new Factory(options, () => ({ now: options.clock.now(), zone }));
  const all = [factory.claude(), factory.codex(), ...ACP_PRESETS.map((preset) => factory.acp(preset)), factory.manual()];
  if (options.rehearsal !== undefined) all.push(factory.rehearsal(options.rehearsal));
  for (const command of options.commands ?? []) all.push(factory.command(command));
  const byName = new Map(all.map((adapter) => [adapter.name, adapter]));
  return {
    find: (name) => byName.get(name),
    list: () => [...byName.values()],
    detectAll: () => Promise.all([...byName.values()].map((adapter) => adapter.detect())),
  };
}

const PROGRAM: AgentCapabilities = { resume: true, steer: false, tools: true, manual: false };

class Factory {
  constructor(
    private readonly options: AgentsOptions,
    private readonly moment: () => Moment,
  ) {}

  claude(): AgentAdapter {
    const program = claudeProgram(this.programOptions('claude', 'claude', CLAUDE_VARIABLES));
    return this.programAdapter('claude', 'Claude Code', { ...PROGRAM, steer: true }, true, () => program, this.commandOf('claude', 'claude'), ['--version']);
  }

  codex(): AgentAdapter {
    const options = this.programOptions('codex', 'codex', CODEX_VARIABLES);
    return this.programAdapter('codex', 'Codex', PROGRAM, true, (turn) => codexProgram(options, turn), options.command, ['--version']);
  }

  command(agent: CommandAgent): AgentAdapter {
    const program = commandProgram({ ...this.programOptions(agent.name, agent.command, []), command: agent.command, name: agent.name, args: agent.args });
    const capabilities = { resume: false, steer: false, tools: false, manual: false };
    return this.programAdapter(agent.name, agent.name, capabilities, true, () => program, agent.command, undefined);
  }

  acp(preset: AcpPreset): AgentAdapter {
    const command = this.commandOf(preset.name, preset.command);
    const env = this.environment(preset.name, preset.variables);
    return {
      name: preset.name,
      capabilities: PROGRAM,
      tried: preset.tried,
      detect: () => detectProgram({ name: preset.name, title: preset.title, command, versionArgs: ['--version'], env }),
      start: (turn) =>
        this.conversation(preset.title, turn, (listener) => {
          const agent = { title: preset.title, command, args: preset.args, env: { ...env, ...turn.env }, signIn: preset.signIn, namesFailureClass: false };
          return new AcpPerformer(agent, turn, this.options.clock, this.moment, listener);
        }),
    };
  }

  /** Our own ACP agent, driven by a script. It runs as a real process, so that everything around an agent is rehearsed too. */
  rehearsal(settings: { readonly script: string; readonly entry?: string }): AgentAdapter {
    const entry = settings.entry ?? ownFile('bundle/rehearsal-agent.js');
    return {
      name: 'rehearsal',
      capabilities: PROGRAM,
      tried: true,
      detect: () => Promise.resolve({ name: 'rehearsal', installed: true, path: entry, version: 'scripted' }),
      start: (turn) =>
        this.conversation('The rehearsal agent', turn, (listener) => {
          const env = { ...this.environment('rehearsal', []), ...turn.env, [REHEARSAL_VARIABLE]: JSON.stringify({ script: settings.script, work: turn.work }) };
          const agent = { title: 'The rehearsal agent', command: process.execPath, args: [entry], env, signIn: '', namesFailureClass: true };
          return new AcpPerformer(agent, turn, this.options.clock, this.moment, listener);
        }),
    };
  }

  manual(): AgentAdapter {
    return {
      name: 'manual',
      capabilities: { resume: false, steer: true, tools: false, manual: true },
      tried: true,
      detect: () => Promise.resolve({ name: 'manual', installed: true }),
      start: (turn) => this.conversation('The person', turn, (listener) => new ManualPerformer(turn.cwd, listener)),
    };
  }

  private programAdapter(
    name: string,
    title: string,
    capabilities: AgentCapabilities,
    tried: boolean,
    program: (turn: AgentTurn) => Program,
    command: string,
    versionArgs: readonly string[] | undefined,
  ): AgentAdapter {
    const env = this.environment(name, []);
    return {
      name,
      capabilities,
      tried,
      detect: () => detectProgram({ name, title, command, env, ...(versionArgs && { versionArgs }) }),
      start: (turn) => this.conversation(title, turn, (listener) => new ProgramPerformer(program(turn), turn, this.options.clock, listener)),
    };
  }

  private conversation(title: string, turn: AgentTurn, create: ConstructorParameters<typeof Conversation>[3]): Conversation {
    return new Conversation(title, turn.prompt, this.options.clock, create);
  }

  private programOptions(name: string, command: string, variables: readonly string[]) {
    const allow = [...variables, ...(this.options.passEnv?.[name] ?? [])];
    return { command: this.commandOf(name, command), host: this.options.host, allow, moment: this.moment };
  }

  private commandOf(name: string, fallback: string): string {
    return this.options.programs?.[name] ?? fallback;
  }

  private environment(name: string, variables: readonly string[]): Record<string, string> {
    return agentEnvironment({ host: this.options.host, allow: [...variables, ...(this.options.passEnv?.[name] ?? [])] });
  }
}
