import { z } from 'zod';

const minutes = (fallback: number, max: number) => z.number().int().min(1).max(max).default(fallback);

/** One command that must exit with 0 before work counts: run without a shell's help by the daemon, in a checkout of the result. */
export const ValidationCommand = z.strictObject({
  /** Shown to people and in prompts. */
  name: z.string().min(1).max(60),
  /** Program and arguments; never a shell line. `["sh","-c","…"]` says so when a shell is wanted. */
  command: z.array(z.string().min(1).max(2_000)).min(1).max(64),
  /** Seconds, 1 to 7200; default 600. */
  timeoutSeconds: z.number().int().min(1).max(7_200).default(600),
});
export type ValidationCommand = z.infer<typeof ValidationCommand>;

/** A cap of any kind; absent means none. Dollar caps alone never fire on subscriptions, so several kinds exist. */
export const Budget = z.strictObject({
  runs: z.number().int().min(1).max(100_000).optional(),
  tokens: z.number().int().min(1).optional(),
  /** Wall minutes of running agents. */
  minutes: z.number().int().min(1).optional(),
  usd: z.number().min(0.01).optional(),
});
export type Budget = z.infer<typeof Budget>;

const concurrency = { project: z.number().int().min(1).max(1_000), session: z.number().int().min(1).max(64) };

/**
 * A project's policy. Every knob has a unit, a default and limits; the five that people change most come first. Stored whole with the
 * project; a run carries the part it needs, so that a change never reaches into work that is under way.
 */
export const Policy = z.strictObject({
  /** Run on the lane before review, and on the merge result before landing. Default none. */
  validationCommands: z.array(ValidationCommand).max(20).default([]),
  /** Rejections before a task is blocked `revision_cap`. */
  revisionCap: z.number().int().min(0).max(20).default(3),
  /** Who may judge: `conversation` = a fresh agent, never the author's conversation; `session` = another machine; `member` = another member. */
  reviewerIndependence: z.enum(['conversation', 'session', 'member']).default('conversation'),
  /** Runs at once: in the project, and per session (which also has a capacity of its own). */
  concurrency: z.strictObject({ project: concurrency.project.default(50), session: concurrency.session.default(4) }).default({ project: 50, session: 4 }),
  /** Caps per task and per plan. Default none. */
  budget: z.strictObject({ task: Budget.default({}), plan: Budget.default({}) }).default({ task: {}, plan: {} }),

  /** Conflicts and failed landings before `repair_cap`. */
  repairCap: z.number().int().min(0).max(20).default(3),
  /** Failed, timed-out or stalled runs per stage and revision before `attempts_exhausted`. */
  maxAttempts: z.number().int().min(1).max(20).default(3),
  /** Lost runs per task before `runs_exhausted`. */
  maxLost: z.number().int().min(1).max(100).default(10),
  /** Started runs per task in its whole life before `runs_exhausted`; an operator's retry grants 10 more. */
  maxTaskRuns: z.number().int().min(1).max(1_000).default(40),
  /** Minutes to wait for a preferred independent reviewer before any allowed one is taken; a self-review is labelled. */
  reviewerWaitMinutes: z.number().int().min(0).max(1_440).default(10),
  /** What a moved tip asks for: review again only when paths overlap, always, or (`never`) a whole new review instead of a delta. */
  deltaReview: z.enum(['on_overlap', 'always', 'never']).default('on_overlap'),
  /** What a run does whose agent has used up its plan or rate limit: `resume` waits until the moment that the agent names and goes on by itself; `fail` fails, so that another machine may try. */
  quotaWait: z.enum(['resume', 'fail']).default('resume'),
  mergeMethod: z.enum(['merge']).default('merge'),
  /** Messages of agents in a team channel before it asks for a person. */
  maxChannelTurns: z.number().int().min(1).max(1_000).default(50),
  /** Workers that one team may have. */
  maxWorkers: z.number().int().min(0).max(64).default(8),
  /** Minutes of silence before a run has stalled. */
  stallMinutes: minutes(10, 1_440),
  /** Minutes a run may take in all, waiting not counted. */
  runTimeoutMinutes: minutes(60, 10_080),
  /** Seconds a lost run may still come back before its stage is due elsewhere. */
  lostGraceSeconds: z.number().int().min(0).max(3_600).default(45),
  /** Minutes an agent goes on working while its daemon cannot reach the studio. */
  offlineMinutes: minutes(30, 1_440),
  /** Hours before an unanswered offer is taken back. */
  offerHours: z.number().int().min(1).max(720).default(24),
  /** Days that a landed or abandoned lane's snapshot is kept. */
  laneRetentionDays: z.number().int().min(0).max(365).default(14),
  /** Used when risk scoring arrives: merges at or below it need no person. 0 to 100. */
  autoMergeThreshold: z.number().int().min(0).max(100).default(100),
});
export type Policy = z.infer<typeof Policy>;

type Knobs = Omit<typeof Policy.shape, 'budget' | 'concurrency'>;

/**
 * Some of a policy's knobs. One that is named is replaced whole, the others stay; so do the parts of `budget` and `concurrency`, so that two
 * people who change one each at the same time do not undo each other's. Not `Policy.partial()`: there the defaults still apply, and
 * changing one knob would reset all others.
 */
export const PolicyChanges = z.strictObject({
  ...(Object.fromEntries(Object.entries(Policy.shape).map(([knob, schema]) => [knob, schema.unwrap().optional()])) as unknown as {
    [K in keyof Knobs]: z.ZodOptional<ReturnType<Knobs[K]['unwrap']>>;
  }),
  concurrency: z.strictObject(concurrency).partial().optional(),
  budget: z.strictObject({ task: Budget, plan: Budget }).partial().optional(),
});
export type PolicyChanges = z.infer<typeof PolicyChanges>;
