import { z } from 'zod';
import { CommentId, Instant, MemberId, ObjectName, ReviewId, RunId, SessionId, TaskId } from '../ids.js';
import { Finding } from '../methods/outcomes.js';
import { Purpose } from '../purposes.js';
import { MOVE_TARGETS } from '../states/moves.js';
import { pageOf } from './common.js';
import { TaskView } from './plans.js';

const note = z.string().max(20_000);

export const RetryTask = z.strictObject({ note: note.optional() });
/** `head` is what the person looked at; 409 `head_moved` when the work has moved on. */
export const ApproveTask = z.strictObject({ head: ObjectName, note: note.optional() });
/** The action of a blocked task, by name; see its `blocked.actions`. */
export const UnblockTask = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('retry'), note: note.optional() }),
  z.strictObject({ action: z.literal('approve'), head: ObjectName, note: note.optional() }),
  z.strictObject({ action: z.literal('confirm') }),
  z.strictObject({ action: z.literal('start'), session: SessionId.optional() }),
  z.strictObject({ action: z.literal('assign'), member: MemberId }),
  z.strictObject({ action: z.literal('cancel') }),
  z.strictObject({ action: z.literal('drop_dependencies') }),
  z.strictObject({ action: z.literal('treat_as_done') }),
  z.strictObject({ action: z.literal('answer'), text: z.string().trim().min(1).max(20_000) }),
]);
export type UnblockTask = z.infer<typeof UnblockTask>;
export const AssignTask = z.strictObject({ member: MemberId.nullable() });
export const DeclineTask = z.strictObject({ why: z.string().max(2_000).default('') });
export const StartTask = z.strictObject({ session: SessionId.optional() });
export const AnswerTask = z.strictObject({ text: z.string().trim().min(1).max(20_000) });
export const CommentTask = z.strictObject({ text: z.string().trim().min(1).max(20_000), forAgent: z.boolean().default(false) });
export const CommentView = z.object({ id: CommentId, author: z.object({ kind: z.string(), name: z.string() }), text: z.string(), forAgent: z.boolean(), at: Instant });
export type CommentView = z.infer<typeof CommentView>;
export const CommentList = z.array(CommentView);

/** Dragging a card, or "Move to…": the studio turns it into the event that DOMAIN's rules name, or refuses with a sentence. */
export const MoveTask = z.strictObject({ to: z.enum(MOVE_TARGETS), session: SessionId.optional(), head: ObjectName.optional(), note: note.optional() });

export const ReviewView = z.object({
  id: ReviewId,
  runId: RunId.nullable(),
  /** `approved`, `rejected`, `no_verdict`, or kept only as `evidence`. */
  verdict: z.enum(['approved', 'rejected', 'no_verdict']),
  counted: z.boolean(),
  head: ObjectName,
  summary: z.string(),
  findings: z.array(Finding),
  by: z.string(),
  /** The author's own session judged, because nobody else was there in time. */
  selfReview: z.boolean(),
  at: Instant,
});
export type ReviewView = z.infer<typeof ReviewView>;

export const TaskDetail = TaskView.extend({ comments: z.array(CommentView), reviews: z.array(ReviewView), question: z.string().nullable() });
export type TaskDetail = z.infer<typeof TaskDetail>;
export const TaskPage = pageOf(TaskView);

/** One connected session held against one task: why it can or cannot take it. */
export const MatchCandidate = z.object({
  session: SessionId,
  name: z.string(),
  eligible: z.boolean(),
  score: z.number().nullable(),
  /** Parts of the score, by the weight's name. */
  parts: z.record(z.string(), z.number()),
  /** Hard filters that failed, as sentences. */
  missing: z.array(z.string()),
});
export const MatchExplanation = z.object({ at: Instant, chosen: SessionId.nullable(), sentence: z.string(), candidates: z.array(MatchCandidate) });
export type MatchExplanation = z.infer<typeof MatchExplanation>;
/** `GET /tasks/{id}/why`: for a task at work why this machine; for one that waits exactly what is missing. */
export const TaskWhy = z.object({ key: z.string(), status: z.string(), sentence: z.string(), waitingFor: z.array(z.string()), match: MatchExplanation.nullable() });
export type TaskWhy = z.infer<typeof TaskWhy>;
export type AnswerTask = z.infer<typeof AnswerTask>;
export type ApproveTask = z.infer<typeof ApproveTask>;
export type AssignTask = z.infer<typeof AssignTask>;
export type CommentTask = z.infer<typeof CommentTask>;
export type DeclineTask = z.infer<typeof DeclineTask>;
export type MatchCandidate = z.infer<typeof MatchCandidate>;
export type MoveTask = z.infer<typeof MoveTask>;
export type RetryTask = z.infer<typeof RetryTask>;
export type StartTask = z.infer<typeof StartTask>;
/** `GET /agent-sessions/{id}/spawn-queue`: due work that a lead and its workers could take, as far as it has free slots. */
export const SpawnQueue = z.object({
  data: z.array(
    z.object({
      task: TaskId,
      key: z.string(),
      title: z.string(),
      purpose: z.enum(Purpose),
      /** Its last run was lost, or let go by the machine it was offered to. */
      orphan: z.boolean(),
      /** What this session itself lacks for it; a worker with the skills that are named would have it. */
      missing: z.array(z.string()),
    }),
  ),
  /** Due tasks of the project in all. */
  due: z.number().int(),
  inFlight: z.number().int(),
  cap: z.number().int(),
});
export type SpawnQueue = z.infer<typeof SpawnQueue>;
