import type { RunPacket, Tracer } from '@maestro/protocol';
import type { ToolAnswer, ToolCall } from '../agent-tools/index.js';
import type { AnalysisKit } from '../analysis/index.js';
import type { AgentProcess, Agents } from '../agents/index.js';
import type { ToolGrants } from '../conversations/index.js';
import type { StudioLink } from '../studio-link/index.js';
import type { Answer } from '../vault/index.js';
import type { Workplace } from '../work/index.js';
import type { Clock } from '../../platform/clock.js';
import type { LivingProcesses } from '../../platform/living-processes.js';

export interface Problem {
  readonly id: string;
  readonly detail: unknown;
  /** What it is about, for whoever reads the log. */
  readonly about?: { readonly run: string; readonly task?: string | undefined; readonly plan?: string | undefined };
}

/** What the runs of one project need from the machine. */
export interface RunPorts {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly newId: () => string;
  readonly agents: Pick<Agents, 'find'>;
  readonly grants: ToolGrants;
  /** Who answers tool calls of which run; the daemon's one tools socket asks here. */
  readonly toolHandlers: Map<string, (call: ToolCall) => Promise<ToolAnswer>>;
  readonly commandEnv: Readonly<Record<string, string>>;
  readonly analysis: AnalysisKit;
  readonly openPlace: (packet: RunPacket) => Promise<Answer<Workplace, string>>;
  /** Whether this session leads or works for a team. */
  readonly inTeam: () => boolean;
  /** Kills whatever still carries the marker of a run, and what is left of these processes of it. */
  readonly sweep: (marker: string, processes: readonly AgentProcess[]) => Promise<void>;
  readonly living: Pick<LivingProcesses, 'hasChildren' | 'straysOf'>;
  /** Absent: nothing is traced from here. */
  readonly tracer?: Tracer | undefined;
  readonly onProblem: (problem: Problem) => void;
}

export type RunLink = Pick<StudioLink, 'request' | 'leases' | 'leasesChanged'>;

/** One run, for `maestro status`. */
export interface RunStatusLine {
  readonly run: string;
  readonly purpose: string;
  readonly taskKey: string | undefined;
  readonly agent: string | undefined;
  readonly state: 'claimed' | 'running' | 'stopping' | 'ended' | 'waiting';
  /** What it is doing, in one word of the journal's phases. */
  readonly phase: string | undefined;
  readonly waitReason: string | undefined;
  readonly fenced: boolean;
  /** Seconds since the agent was last heard; absent while no agent works. */
  readonly idleSeconds: number | undefined;
  readonly startedAt: string | undefined;
  readonly unsentEvents: number;
}
