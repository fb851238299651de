import type { AgentEnd, AgentEvent } from './domain/events.js';

/**
 * The port between a run and the program that does its work.
 *
 * - An *agent* is such a program: Claude Code, Codex, anything that speaks ACP, any command, or a person.
 * - An *adapter* starts one kind of agent and translates what it says into {@link AgentEvent}s.
 * - A *turn* is one prompt and everything up to the agent's end of it; a *conversation* is turns that remember each other.
 */

/** How an agent reaches the tools of its run. Valid for that run only. */
export interface AgentToolAccess {
  /** The program that serves the tools over MCP on stdio, with its arguments; in production `maestro mcp`. Holds no secret. */
  readonly command: string;
  readonly args: readonly string[];
  /** Unix socket of the daemon, and the token that names the run there. Given to the agent by environment, never by argument. */
  readonly socketPath: string;
  readonly token: string;
  /** Names of the tools that this purpose may use, without the server's prefix. They are approved beforehand. */
  readonly names: readonly string[];
}

export interface AgentResume {
  /** As in the `session` event of the earlier conversation. */
  readonly id: string;
  /** What its `usage` events added up to. Some agents report totals of the whole conversation; without this they are counted again. */
  readonly usedBefore?: { readonly inputTokens: number; readonly outputTokens: number; readonly cachedInputTokens?: number };
}

/** What the run is about, for adapters that need to know (rehearsal chooses its script by it). */
export interface AgentWork {
  /** A run purpose: `plan`, `implement`, `review`, … */
  readonly purpose: string;
  /** Absent for work on a plan or project. */
  readonly taskKey?: string;
  /** From 1: the how-manieth try of this stage and revision. */
  readonly attempt: number;
  /** From 0: how many rejections came before. */
  readonly revision: number;
  /** From 0: how many conflicts or failed landings came before. */
  readonly repair: number;
}

/** Everything an adapter needs to start a conversation with its first turn. */
export interface AgentTurn {
  readonly runId: string;
  /** The lane: absolute path, the agent's working directory. */
  readonly cwd: string;
  /** Goes to the agent's standard input or a protocol message, never into an argument: arguments are short and everybody can read them. */
  readonly prompt: string;
  readonly work: AgentWork;
  /** An unguessable value, new for each run; every process of the run inherits it, which is how leftovers are found. */
  readonly marker: string;
  /** Absent: the agent gets no tools, and text grammar is all it has. */
  readonly tools?: AgentToolAccess;
  /** The model to use, in the agent's own words. Absent: the agent's default. */
  readonly model?: string;
  /** An earlier conversation with this agent, to go on with. One that is gone is a failed end, never a silent new conversation. */
  readonly resume?: AgentResume;
  /** Variables that the lane adds to the agent's environment, such as a git identity. Never a secret of the daemon. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called at once for every process started, so that it is on disk before the agent can do harm. */
  readonly onProcess?: (process: AgentProcess) => void;
}

/** One process of a run; `startTime` is opaque and tells it from a later process with the same pid. */
export interface AgentProcess {
  readonly pid: number;
  readonly startTime: string;
}

/** A conversation that is going on. */
export interface AgentSessionHandle {
  /** Everything from the first turn to {@link close} or {@link cancel}; for one reader. Events wait until they are read. */
  readonly events: AsyncIterable<AgentEvent>;
  /** The end of the latest turn. Never rejects. */
  readonly ended: Promise<AgentEnd>;
  /** Starts the next turn of the same conversation and gives its end, which is `ended` from now on. Throws `agent/turn-running` while a turn goes on, `agent/closed` afterwards. */
  prompt(text: string): Promise<AgentEnd>;
  /** Gives a running turn new words. Absent where the agent cannot take them; then they go into the next prompt. False: there was no turn to steer. */
  steer?(text: string): Promise<boolean>;
  /** For an agent that is a person: the work is done. Absent elsewhere. */
  complete?(finalMessage: string): void;
  /** Kills every process of the conversation, also those that left its group. A running turn ends as `cancelled`. */
  cancel(): Promise<void>;
  /** Ends the conversation after its last turn: lets the agent leave by itself, then makes sure that no process is left. */
  close(): Promise<void>;
  /** The processes it started that may still live. */
  processes(): readonly AgentProcess[];
  /** Milliseconds since the agent last wrote anything, fragments of messages included; what stall detection looks at. */
  idleMs(): number;
}

/** What was found when looking for an agent on this machine. */
export interface AgentDetection {
  readonly name: string;
  readonly installed: boolean;
  readonly version?: string;
  /** Where the program is, absolute. */
  readonly path?: string;
  /** Why it cannot be used although it is there, or why it was not found: one sentence with what to do. */
  readonly problem?: string;
}

/** What an agent can do; shown to people and used when a run is prepared. */
export interface AgentCapabilities {
  /** A later run may go on with the conversation of an earlier one. */
  readonly resume: boolean;
  /** Takes new words while a turn is going on. */
  readonly steer: boolean;
  /** Can be given the run's tools. Without them only text grammar is left. */
  readonly tools: boolean;
  /** Timeouts and stalls do not apply: a person decides how long it takes. */
  readonly manual: boolean;
}

export interface AgentAdapter {
  /** As in `--agent <name>`: `claude`, `codex`, `gemini`, `rehearsal`, … */
  readonly name: string;
  readonly capabilities: AgentCapabilities;
  /** Whether this very adapter was run against the real program in Maestro's own tests; false for presets that follow documentation only. */
  readonly tried: boolean;
  /** Never rejects; gives up after a few seconds. */
  detect(): Promise<AgentDetection>;
  /** Starts a conversation. Never throws: a program that cannot be started is a failed end. */
  start(turn: AgentTurn): AgentSessionHandle;
}
