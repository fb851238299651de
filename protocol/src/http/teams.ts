import { z } from 'zod';
import { Instant, ProjectId, RunId, SessionId, TaskId, TeamId, WorkerId } from '../ids.js';
import { ChannelKind, ChannelMessage, WorkerJob } from '../methods/team.js';
import { WORKER_ENDS, WorkerStatus } from '../states/worker.js';
import { RequiredSkill } from './plans.js';

const count = z.number().int().min(0).max(64).default(0);

/** `POST /agent-sessions/{lead}/team`: how many workers of each job. At least one in all; the most is the policy's `maxWorkers`. */
export const MakeTeam = z.strictObject({ dev: count, review: count, test: count });
export type MakeTeam = z.infer<typeof MakeTeam>;

export const WorkerView = z.object({
  id: WorkerId,
  /** Unique on its machine; the worker connects under it. */
  name: z.string(),
  job: z.enum(WorkerJob),
  status: z.enum(WorkerStatus),
  endedBy: z.enum(WORKER_ENDS).nullable(),
  /** Why it ended. */
  sentence: z.string().nullable(),
  sessionId: SessionId.nullable(),
  lastSeenAt: Instant.nullable(),
  /** What it is at work on. */
  run: z.object({ id: RunId, taskKey: z.string().nullable(), purpose: z.string() }).nullable(),
  createdAt: Instant,
  endedAt: Instant.nullable(),
});
export type WorkerView = z.infer<typeof WorkerView>;

export const TeamView = z.object({
  id: TeamId,
  projectId: ProjectId,
  lead: z.object({ session: SessionId, name: z.string() }),
  channel: z.string(),
  open: z.boolean(),
  closedAt: Instant.nullable(),
  closedWhy: z.string().nullable(),
  /** Messages of agents since a person last spoke, of at most `maxTurns`. */
  turns: z.number().int(),
  maxTurns: z.number().int(),
  /** Standing directives, oldest first. */
  steering: z.array(ChannelMessage),
  workers: z.array(WorkerView),
  createdAt: Instant,
});
export type TeamView = z.infer<typeof TeamView>;
export const TeamList = z.object({ data: z.array(TeamView) });

/** A standing directive (`steering`), or words for all (`note`). Either gives the agents new turns. */
export const PostToChannel = z.strictObject({ kind: z.enum([ChannelKind.steering, ChannelKind.note]), text: z.string().trim().min(1).max(8_000) });
export type PostToChannel = z.infer<typeof PostToChannel>;
export const ChannelQuery = z.object({ after: z.coerce.number().int().min(0).default(0), limit: z.coerce.number().int().min(1).max(200).default(100) });
export const ChannelPage = z.object({ data: z.array(ChannelMessage), nextSeq: z.number().int() });
export const ClearedSteering = z.object({ cleared: z.number().int() });

/**
 * `POST /agent-sessions/{lead}/delegate`: a subtask packet for one worker of the lead's team. It becomes a child of `parent`, and its next
 * run is that worker's and nobody else's.
 */
export const Delegate = z.strictObject({
  worker: WorkerId,
  parent: TaskId,
  title: z.string().trim().min(1).max(200),
  description: z.string().max(20_000).default(''),
  acceptanceCriteria: z.array(z.string().max(2_000)).max(50).default([]),
  skills: z.array(RequiredSkill).max(20).default([]),
  /** It builds on its parent's change, so it waits for the parent. */
  needsParent: z.boolean().default(false),
});
export type Delegate = z.infer<typeof Delegate>;
export const Delegated = z.object({ task: TaskId, key: z.string(), worker: z.string() });
export type Delegated = z.infer<typeof Delegated>;
