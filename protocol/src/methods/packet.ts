import { z } from 'zod';
import { ObjectName, PlanId, ProjectId, RunId, TaskId } from '../ids.js';
import { Policy } from '../policy.js';
import { Purpose } from '../purposes.js';
import { Finding } from './outcomes.js';

/** Where a project's commits live: a URL that several machines reach, or a path on one machine (provider `manual`). */
export const Remote = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('url'), url: z.string().min(1).max(2_000) }),
  z.strictObject({ kind: z.literal('path'), path: z.string().min(1).max(4_096) }),
]);
export type Remote = z.infer<typeof Remote>;

/** The task as its agent reads it. All of it is text from people: data in a prompt, never instructions of ours. */
export const TaskBrief = z.strictObject({
  id: TaskId,
  key: z.string(),
  title: z.string(),
  description: z.string(),
  acceptanceCriteria: z.array(z.string()),
  textVersion: z.number().int().min(1),
  /** The task's branch, such as `task/SHOP-12`. */
  branch: z.string(),
  /** Answers to questions that its agents asked, oldest first. */
  answers: z.array(z.strictObject({ question: z.string(), answer: z.string() })),
  /** Notes of operators (retry with a note) and comments addressed to the agent, oldest first. */
  notes: z.array(z.string()),
});
export type TaskBrief = z.infer<typeof TaskBrief>;

export const MergeOrder = z.strictObject({
  approvedHead: ObjectName,
  reviewedBase: ObjectName,
  reviewedTree: ObjectName,
  /** The tip that the approved review saw. */
  reviewedTip: ObjectName,
  reviewRun: RunId.optional(),
  /** The review saw the overlap with `reviewedTip`, so a clean merge onto exactly that tip lands although its class is `overlap`. */
  overlapSeen: z.boolean().default(false),
  /** A push whose fate is unknown: read the epic for this commit first. */
  intent: z.strictObject({ tip: ObjectName, commit: ObjectName }).optional(),
  /** Only read the epic and report `merged` or `epic_lacks`; never push. */
  readOnly: z.boolean(),
});
export type MergeOrder = z.infer<typeof MergeOrder>;

/** Everything a daemon needs for one run. Given with the claim; it never reads the studio's database or asks again. */
export const RunPacket = z.strictObject({
  run: RunId,
  epoch: z.number().int().min(1),
  purpose: z.enum(Purpose),
  attempt: z.number().int().min(1),
  revision: z.number().int().min(0),
  repair: z.number().int().min(0),
  project: z.strictObject({ id: ProjectId, key: z.string(), remote: Remote, baseBranch: z.string() }),
  plan: z.strictObject({ id: PlanId, title: z.string(), goal: z.string(), epicBranch: z.string(), baseBranch: z.string() }).optional(),
  task: TaskBrief.optional(),
  policy: Policy,
  /** Name of the agent to use; absent for deterministic purposes. */
  agent: z.string().optional(),
  /** Findings of the last rejection. */
  findings: z.array(Finding).default([]),
  /** Output of the commands that failed on the merge result. */
  failedOutput: z.string().default(''),
  /** The task's head as the studio knows it, so that another machine can take the lane over. */
  head: ObjectName.optional(),
  /** The merge of this tip has to be started in the lane, conflicts and all. */
  repairTip: ObjectName.optional(),
  /**
   * What a review judges. `overlap`: an approved head met other work in the same places, so what is judged is its merge onto `tip`;
   * `delta` narrows it to the paths that both changed.
   */
  review: z.strictObject({ head: ObjectName, base: ObjectName, tree: ObjectName, tip: ObjectName, overlap: z.boolean().default(false), delta: z.array(z.string()).optional(), checklist: z.enum(['review', 'test']) }).optional(),
  merge: MergeOrder.optional(),
  /** For `plan`: the conversation so far, oldest first, and the problems of the last proposal. */
  conversation: z.array(z.strictObject({ author: z.enum(['person', 'agent']), text: z.string() })).default([]),
  proposalIssues: z.array(z.string()).default([]),
  /** For `release_cleanup`: branches to archive and remove. */
  cleanup: z.strictObject({ branches: z.array(z.string()), tasks: z.array(TaskId) }).optional(),
  /** The last event of this run that the studio holds; the journal goes on after it, whichever machine wrote that one. */
  lastSeq: z.number().int().min(0).default(0),
  /** The W3C traceparent under which the studio dispatched it, where it traces. */
  trace: z.string().max(200).optional(),
  /** Standing directives, oldest first. */
  steering: z.array(z.string()).default([]),
  /** What was last said in the channel of the session's team, oldest first. Of other agents, so data. */
  channel: z.array(z.strictObject({ author: z.string(), text: z.string() })).default([]),
});
export type RunPacket = z.infer<typeof RunPacket>;
