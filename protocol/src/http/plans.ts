import { z } from 'zod';
import { Instant, MemberId, ObjectName, PhaseId, PlanId, ProjectId, RunId, SessionId, TaskId } from '../ids.js';
import { PhaseStatus } from '../states/phase.js';
import { PlanNotice, PlanStatus } from '../states/plan.js';
import { BlockedCode, TaskStatus } from '../states/task.js';
import { pageOf } from './common.js';

export const RequiredSkill = z.strictObject({ slug: z.string().min(1).max(48), min: z.number().int().min(1).max(5).default(3) });

export const BlockedAction = {
  retry: 'retry', approve: 'approve', confirm: 'confirm', start: 'start', assign: 'assign', cancel: 'cancel',
  dropDependencies: 'drop_dependencies', treatAsDone: 'treat_as_done', raiseBudget: 'raise_budget', answer: 'answer',
} as const;
export type BlockedAction = (typeof BlockedAction)[keyof typeof BlockedAction];

export const Blocked = z.object({
  code: z.enum(BlockedCode),
  from: z.enum(TaskStatus),
  /** What happened, why, and what to do. */
  sentence: z.string(),
  actions: z.array(z.enum(BlockedAction)),
});
export type Blocked = z.infer<typeof Blocked>;

export const TaskView = z.object({
  id: TaskId,
  planId: PlanId,
  phaseId: PhaseId,
  key: z.string(),
  title: z.string(),
  description: z.string(),
  acceptanceCriteria: z.array(z.string()),
  skills: z.array(RequiredSkill),
  dependsOn: z.array(TaskId),
  /** Wave in which it can run at the earliest, from 0. */
  level: z.number().int(),
  /** Higher first; 0 is usual. */
  priority: z.number().int(),
  estimateMinutes: z.number().int().nullable(),
  position: z.number().int(),
  parentId: TaskId.nullable(),
  assignee: MemberId.nullable(),
  offeredAt: Instant.nullable(),
  acceptedAt: Instant.nullable(),
  status: z.enum(TaskStatus),
  blocked: Blocked.nullable(),
  revisions: z.number().int(),
  repairs: z.number().int(),
  /** Started runs of all stages in its whole life. */
  runs: z.number().int(),
  textVersion: z.number().int(),
  branch: z.string(),
  head: ObjectName.nullable(),
  reviewApprovedAt: Instant.nullable(),
  /** A push is under way or of unknown fate. */
  pushing: z.boolean(),
  mergeCommit: ObjectName.nullable(),
  updatedAt: Instant,
});
export type TaskView = z.infer<typeof TaskView>;
export const TaskList = z.array(TaskView);

export const PhaseView = z.object({ id: PhaseId, position: z.number().int(), title: z.string(), status: z.enum(PhaseStatus) });
export type PhaseView = z.infer<typeof PhaseView>;

export const NoticeView = z.object({ code: z.enum(PlanNotice), sentence: z.string(), actions: z.array(z.string()), at: Instant, details: z.record(z.string(), z.unknown()).optional() });
export type NoticeView = z.infer<typeof NoticeView>;

export const PlanView = z.object({
  id: PlanId,
  projectId: ProjectId,
  title: z.string(),
  goal: z.string(),
  status: z.enum(PlanStatus),
  baseBranch: z.string(),
  epicBranch: z.string().nullable(),
  epicTip: ObjectName.nullable(),
  releaseCommit: ObjectName.nullable(),
  notices: z.array(NoticeView),
  /** Counts edits of text and structure only, never run state. */
  version: z.number().int(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type PlanView = z.infer<typeof PlanView>;

export const PlanTree = PlanView.extend({ phases: z.array(PhaseView), tasks: z.array(TaskView) });
export type PlanTree = z.infer<typeof PlanTree>;
export const PlanPage = pageOf(PlanView);
export type PlanPage = z.infer<typeof PlanPage>;

export const CreatePlan = z.strictObject({ title: z.string().trim().min(1).max(200), goal: z.string().max(20_000).default('') });
/** `text` is a proposal in JSON, YAML or the strict Markdown shape; the format is detected. */
export const ImportPlan = z.strictObject({ text: z.string().min(1).max(2_000_000), title: z.string().trim().min(1).max(200).optional(), goal: z.string().max(20_000).optional() });
export const ExportQuery = z.object({ format: z.enum(['yaml', 'md', 'json']).default('yaml') });

const taskText = {
  title: z.string().trim().min(1).max(200),
  description: z.string().max(20_000),
  acceptanceCriteria: z.array(z.string().min(1).max(2_000)).max(50),
  skills: z.array(RequiredSkill).max(20),
  priority: z.number().int().min(-100).max(100),
  estimateMinutes: z.number().int().min(1).max(100_000).nullable(),
};

/** A task as an editor writes it. `ref` names a new one within the same request; `id` one that exists. */
export const TaskDraft = z.strictObject({
  id: TaskId.optional(),
  ref: z.string().min(1).max(60).optional(),
  title: taskText.title,
  description: taskText.description.default(''),
  acceptanceCriteria: taskText.acceptanceCriteria.default([]),
  skills: taskText.skills.default([]),
  /** Ids or refs. */
  dependsOn: z.array(z.string().min(1).max(60)).max(100).default([]),
  priority: taskText.priority.default(0),
  estimateMinutes: taskText.estimateMinutes.default(null),
});
export type TaskDraft = z.infer<typeof TaskDraft>;

/**
 * What an edit changes of a task's text; what it leaves out stays. Not `TaskDraft.partial()`: there the defaults still apply, and a new
 * title would empty the description.
 */
export const TaskChanges = z.strictObject(taskText).partial();
export type TaskChanges = z.infer<typeof TaskChanges>;

const choice = z.enum(['restart', 'tell', 'keep']).default('keep');

/** One step of an edit; applied in order, all or none. */
export const PlanEdit = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('set_plan'), title: z.string().trim().min(1).max(200).optional(), goal: z.string().max(20_000).optional() }),
  z.strictObject({ op: z.literal('add_phase'), ref: z.string().min(1).max(60), title: z.string().trim().min(1).max(200), position: z.number().int().min(0).optional() }),
  z.strictObject({ op: z.literal('set_phase'), phase: z.string(), title: z.string().trim().min(1).max(200) }),
  z.strictObject({ op: z.literal('remove_phase'), phase: z.string() }),
  z.strictObject({ op: z.literal('add_task'), phase: z.string(), task: TaskDraft, position: z.number().int().min(0).optional() }),
  z.strictObject({ op: z.literal('set_task'), task: TaskId, changes: TaskChanges, running: choice }),
  z.strictObject({ op: z.literal('set_dependencies'), task: TaskId, dependsOn: z.array(z.string()).max(100) }),
  z.strictObject({ op: z.literal('move_task'), task: TaskId, phase: z.string(), position: z.number().int().min(0) }),
  z.strictObject({ op: z.literal('cancel_task'), task: TaskId }),
]);
export type PlanEdit = z.infer<typeof PlanEdit>;

export const PatchPlan = z.strictObject({ version: z.number().int().min(1), edits: z.array(PlanEdit).min(1).max(500) });
/** The whole tree. A live task that is left out must be listed in `cancel`, or the answer is 409 `would_cancel`. */
export const PutPlan = z.strictObject({
  version: z.number().int().min(1),
  title: z.string().trim().min(1).max(200),
  goal: z.string().max(20_000).default(''),
  phases: z.array(z.strictObject({ id: PhaseId.optional(), title: z.string().trim().min(1).max(200), tasks: z.array(TaskDraft).max(500) })).max(100),
  cancel: z.array(TaskId).default([]),
  running: choice,
});

export const PlanPreview = z.object({
  levels: z.array(z.array(z.string())),
  criticalPath: z.array(z.string()),
  estimateMinutes: z.number().int(),
  takers: z.record(z.string(), z.array(SessionId)),
  nobody: z.array(z.object({ key: z.string(), sentence: z.string() })),
});
export type PlanPreview = z.infer<typeof PlanPreview>;

export const PausePlan = z.strictObject({ stop: z.boolean().default(false) });
export const PostMessage = z.strictObject({ text: z.string().trim().min(1).max(20_000) });
export const PlanMessageView = z.object({ id: z.string(), kind: z.enum(['message', 'proposal', 'question', 'clarification', 'follow_up']), author: z.enum(['person', 'agent', 'studio']), text: z.string(), runId: RunId.nullable(), at: Instant });
export const PlanMessagePage = pageOf(PlanMessageView);
export type PlanMessageView = z.infer<typeof PlanMessageView>;
export type CreatePlan = z.infer<typeof CreatePlan>;
export type ImportPlan = z.infer<typeof ImportPlan>;
export type PatchPlan = z.infer<typeof PatchPlan>;
export type PausePlan = z.infer<typeof PausePlan>;
export type PostMessage = z.infer<typeof PostMessage>;
export type PutPlan = z.infer<typeof PutPlan>;
export type RequiredSkill = z.infer<typeof RequiredSkill>;
