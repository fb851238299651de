import { z } from 'zod';
import { Instant, MachineId, MemberId, ObjectName, PlanId, ProjectId, RunId, SessionId, TaskId } from '../ids.js';
import { RunEventItem, Usage } from '../methods/outcomes.js';
import { AgentOffer, SessionRole } from '../methods/session.js';
import { Purpose } from '../purposes.js';
import { RunStatus, WaitReason } from '../states/run.js';
import { SessionStatus } from '../states/session.js';
import { pageOf } from './common.js';
import { RequiredSkill } from './plans.js';
import { MatchExplanation } from './tasks.js';

export const RunView = z.object({
  id: RunId,
  projectId: ProjectId,
  planId: PlanId.nullable(),
  taskId: TaskId.nullable(),
  taskKey: z.string().nullable(),
  purpose: z.enum(Purpose),
  status: z.enum(RunStatus),
  attempt: z.number().int(),
  revision: z.number().int(),
  repair: z.number().int(),
  sessionId: SessionId.nullable(),
  sessionName: z.string().nullable(),
  agent: z.string().nullable(),
  epoch: z.number().int(),
  leaseUntil: Instant.nullable(),
  waitReasons: z.array(z.enum(WaitReason)),
  waitUntil: Instant.nullable(),
  pushing: z.boolean(),
  head: ObjectName.nullable(),
  outcome: z.record(z.string(), z.unknown()).nullable(),
  failureClass: z.string().nullable(),
  sentence: z.string().nullable(),
  usage: Usage,
  match: MatchExplanation.nullable(),
  createdAt: Instant,
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
});
export type RunView = z.infer<typeof RunView>;
export const RunPage = pageOf(RunView);
export const RunEventPage = z.object({ data: z.array(RunEventItem), nextSeq: z.number().int() });
export const CancelRun = z.strictObject({ why: z.string().max(2_000).default('') });
export const SteerRun = z.strictObject({ text: z.string().trim().min(1).max(20_000) });
/** `POST /cli-runs/{run}/pause`: the agent's limit is used up; the run waits and goes on by itself at `until`. */
export const PauseRun = z.strictObject({ until: Instant });
/** `POST /agent-sessions/{id}/run`: takes the run that is named, or the oldest one on offer to the session. */
export const ClaimRun = z.strictObject({ run: RunId.optional() });
/** `POST /cli-runs/{run}/subtask`: as the method `run/subtask`. */
export const RequestSubtask = z.strictObject({
  title: z.string().trim().min(1).max(200),
  description: z.string().max(20_000).default(''),
  acceptanceCriteria: z.array(z.string().max(2_000)).max(50).default([]),
  skills: z.array(RequiredSkill).max(20).default([]),
  wait: z.boolean().default(false),
  needsParent: z.boolean().default(false),
});
/** `POST /cli-runs/{run}/plan-proposal`: a proposal in JSON, YAML or the strict Markdown shape. */
export const HandInProposal = z.strictObject({ text: z.string().min(1).max(1_000_000) });

export const Accepted = z.object({ accepted: z.literal(true) });

/** A run that a session holds, for people. */
const SessionWork = z.object({
  run: RunId,
  planId: PlanId.nullable(),
  taskKey: z.string().nullable(),
  taskTitle: z.string().nullable(),
  purpose: z.enum(Purpose),
  status: z.enum(RunStatus),
  /** When it was started; before that, when it was made. */
  since: Instant,
});

export const SessionView = z.object({
  id: SessionId,
  projectId: ProjectId,
  memberId: MemberId,
  memberName: z.string(),
  machineId: MachineId,
  hostname: z.string(),
  name: z.string(),
  role: z.enum(SessionRole),
  purposes: z.array(z.enum(Purpose)),
  agents: z.array(AgentOffer),
  /** What it said of itself; its member's skills count beside these. */
  skills: z.array(z.object({ slug: z.string(), proficiency: z.number().int() })),
  capacity: z.number().int(),
  /** Runs that take one of its slots: offered, claimed or running. */
  liveRuns: z.number().int(),
  /** Those, oldest first. */
  work: z.array(SessionWork),
  reachable: z.boolean(),
  mayPush: z.boolean(),
  status: z.enum(SessionStatus),
  lastSeenAt: Instant,
});
export type SessionView = z.infer<typeof SessionView>;
export const SessionPage = pageOf(SessionView);
export type CancelRun = z.infer<typeof CancelRun>;
export type PauseRun = z.infer<typeof PauseRun>;
export type SteerRun = z.infer<typeof SteerRun>;
