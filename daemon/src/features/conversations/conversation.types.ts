import type { RunEventItem, RunPacket } from '@maestro/protocol';
import type { Clock } from '../../platform/clock.js';
import type { AgentProcess, AgentToolAccess } from '../agents/index.js';

/** What a run gives to the conversation with its agent. Everything that happens goes into the run's journal first. */
export interface ConversationContext {
  readonly packet: RunPacket;
  readonly marker: string;
  readonly clock: Clock;
  /** Aborted when the run is to stop: the agent is killed, and what was under way rejects with {@link RunStopped}. */
  readonly signal: AbortSignal;
  emit(kind: RunEventItem['kind'], payload: Readonly<Record<string, unknown>>): void;
  /** Remembers a point that is not gone back behind. Resolves when it is on disk. */
  step(name: string, data: Readonly<Record<string, unknown>>): Promise<void>;
  readonly steps: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  used(usage: { readonly inputTokens?: number; readonly outputTokens?: number; readonly cachedInputTokens?: number; readonly costUsd?: number; readonly seconds?: number; readonly turns?: number }): void;
  /** Milliseconds that the run has gone on while its machine was awake. */
  awakeMs(): number;
  onProcess(process: AgentProcess): void;
  /** Resolves when the run's lease gives the right to act; rejects with {@link RunStopped} when the run is to stop. */
  whenFree(): Promise<void>;
  /** Words of people that came since they were last taken. */
  takeSteering(): readonly string[];
  /** Asked with each new word of a person; true when the agent has taken it. */
  onSteering(deliver: ((text: string) => Promise<boolean>) | undefined): void;
  /** Looked at by whoever watches over silence and time; absent while no agent works. */
  watch(agent: WatchedAgent | undefined): void;
}

export interface WatchedAgent {
  idleMs(): number;
  /** Tool calls that have begun and not ended. */
  openTools(): number;
  processes(): readonly AgentProcess[];
  /** A person works: silence and time say nothing. */
  readonly manual: boolean;
  /** For an agent that is a person: the work is done. */
  complete?(finalMessage: string): void;
}

/** How a run reaches its tools; see `AgentToolAccess`. */
export interface ToolGrants {
  grant(run: string, names: readonly string[]): AgentToolAccess;
  revoke(run: string): void;
}

/** The run is to stop. Not an error: it carries no message for anybody. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped';
  constructor() {
    super('run_stopped');
  }
}
