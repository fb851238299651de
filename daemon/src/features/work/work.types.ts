import type { CatalogHit, CatalogQuery, Counted, RunOutcome } from '@maestro/protocol';
import type { ToolAnswer, ToolCall } from '../agent-tools/index.js';
import type { AnalysisKit, CatalogFile } from '../analysis/index.js';
import type { Agents } from '../agents/index.js';
import type { ConversationContext, SubtaskAnswer, SubtaskRequest, ToolGrants } from '../conversations/index.js';
import type { Landing } from '../landing/index.js';
import type { Lanes } from '../lanes/index.js';
import type { Answer, ToldChange, Vault } from '../vault/index.js';

/** One project's git on this machine. */
export interface Workplace {
  readonly vault: Vault;
  readonly lanes: Lanes;
  readonly landing: Landing;
}

/** `reason` is a stable code such as `head_moved`. */
export type PushGrant = { readonly granted: true } | { readonly granted: false; readonly reason: string };

/** The project's catalog, which the studio keeps. */
export interface Catalog {
  /** Names files of a commit, any number of times; answers with the paths whose artifacts are wanted. Waits for a studio that is away. */
  announce(commit: string, files: readonly CatalogFile[]): Promise<readonly string[]>;
  /** Hands in the artifacts of announced files. Waits for a studio that is away. */
  hand(files: readonly CatalogFile[]): Promise<void>;
  /** Best hits of each query, in order; undefined when the studio cannot be asked now, which ends no work. */
  search(queries: readonly CatalogQuery[]): Promise<readonly (readonly CatalogHit[])[] | undefined>;
}

/** What a run gives to its work. Calls to the studio are journalled first, and go out when there is a connection. */
export interface RunContext extends ConversationContext {
  /** The W3C traceparent for what the run causes. */
  readonly trace?: string | undefined;
  readonly agents: Pick<Agents, 'find'>;
  readonly grants: ToolGrants;
  readonly catalog: Catalog;
  /** What reads and parses sources, apart from the daemon. */
  readonly analysis: AnalysisKit;
  /** The environment of setup hooks and validation commands. */
  readonly commandEnv: Readonly<Record<string, string>>;
  place(): Promise<Answer<Workplace, string>>;
  /** The lane is ready and the work begins. */
  started(): Promise<void>;
  /** Work in progress is on the remote under this commit. */
  checkpointed(head: string): void;
  /** What the commits from `base` to `head` change, for people to see. Resolves when it is on disk; the studio has it before the outcome. */
  changed(ends: { readonly base: string; readonly head: string }, change: ToldChange): Promise<void>;
  /** Whether the right to act is there at this very moment. */
  isFree(): boolean;
  /** Asks until it is answered: the right to push this very commit, and nothing else. Rejects with `RunStopped` when the run is to stop. */
  mayPush(intent: { readonly head: string; readonly tip: string; readonly commit: string; readonly tipMoved: boolean }): Promise<PushGrant>;
  subtask(request: SubtaskRequest): Promise<SubtaskAnswer>;
  /** Whether there is a team that would hear {@link post}. */
  inTeam(): boolean;
  /** Says something to the team, in the agent's name. */
  post(text: string): Promise<ToolAnswer>;
  /** Who answers the agent's tool calls from now on. */
  serveTools(handler: ((call: ToolCall) => Promise<ToolAnswer>) | undefined): void;
}

/** How the work ended, when nobody stopped it. */
export type WorkEnd =
  | { readonly kind: 'outcome'; readonly outcome: RunOutcome }
  | { readonly kind: 'wait'; readonly reason: 'quota' | 'human'; readonly until?: string; readonly question?: string; readonly head?: string };

/** Why the work was stopped, which decides what becomes of the lane. */
export type StopReason = 'hold' | 'cancelled' | 'superseded' | 'timed_out' | 'stalled' | 'offline' | 'leaving';

/** The work of one purpose. */
export interface Work {
  /** From the beginning. Rejects with `RunStopped` when the run is to stop, after every process of it is dead. */
  execute(run: RunContext): Promise<WorkEnd>;
  /** After a crash of the daemon; the agent is dead. */
  recover(run: RunContext): Promise<WorkEnd>;
  /** After it was stopped: saves what there is. Answers with the head of the saved work, if there is one. */
  afterStop?(run: RunContext, why: StopReason): Promise<string | undefined>;
  /** The studio has the outcome, and said what it counts for. Asked again when the daemon died in the middle of it. */
  acknowledged?(run: RunContext, outcome: RunOutcome, counted: Counted): Promise<void>;
}
