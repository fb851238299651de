import { z } from 'zod';
import { FailureClass } from '../failures.js';
import { Instant, ObjectName } from '../ids.js';
import { Analysed } from './analysis.js';

const path = z.string().min(1).max(4_096);
const sentence = z.string().min(1).max(4_000);
const output = z.string().max(64_000);

/** One remark of a reviewer. Only blocking ones may reject. */
export const Finding = z.strictObject({
  path: path.optional(),
  line: z.number().int().min(1).optional(),
  severity: z.enum(['blocking', 'advisory']),
  message: z.string().min(1).max(4_000),
  category: z.string().max(40).optional(),
});
export type Finding = z.infer<typeof Finding>;

/** What the reviewer said by tool, if it used the tool. */
export const ToolVerdict = z.strictObject({
  verdict: z.enum(['approved', 'rejected']),
  summary: z.string().max(8_000).default(''),
  findings: z.array(Finding).max(200).default([]),
});
export type ToolVerdict = z.infer<typeof ToolVerdict>;

/** Commits that the daemon imported through its gates and computed itself; an agent's word is not in here. */
export const Produced = z.strictObject({
  kind: z.literal('produced'),
  head: ObjectName,
  tree: ObjectName,
  /** The one merge base of epic tip and head. */
  base: ObjectName,
  /** Tree of the base: equal to `tree` when nothing changed. */
  baseTree: ObjectName,
  /** The epic's tip when the base was computed. */
  tip: ObjectName,
  commits: z.number().int().min(0),
  filesChanged: z.number().int().min(0),
  finalMessage: z.string().max(64_000),
});

/** What the studio judges: bound by the run to one epoch and one head. */
export const Judged = z.strictObject({
  kind: z.literal('judged'),
  head: ObjectName,
  tool: z.array(ToolVerdict).max(5).default([]),
  /** The agent's final message; the only text a verdict line is read from. */
  finalMessage: z.string().max(64_000),
});

export const RunOutcome = z.discriminatedUnion('kind', [
  Produced,
  Judged,
  /** Landed by this run, or found landed by ancestry or the recorded intent (`found`). */
  z.strictObject({ kind: z.literal('merged'), commit: ObjectName, tip: ObjectName, class: z.enum(['exact', 'overlay', 'overlap']).optional(), found: z.boolean() }),
  /** A run that only read the epic, and did not find it. */
  z.strictObject({ kind: z.literal('epic_lacks'), tip: ObjectName }),
  z.strictObject({ kind: z.literal('overlapped'), tip: ObjectName, paths: z.array(path).max(1_000) }),
  z.strictObject({ kind: z.literal('tip_moved'), tip: ObjectName }),
  z.strictObject({ kind: z.literal('conflict'), tip: ObjectName, paths: z.array(path).max(1_000), detail: output }),
  z.strictObject({ kind: z.literal('result_failed'), tip: ObjectName, tipPasses: z.boolean(), command: z.string().max(200), output }),
  /** A late `push` was not granted, or what was approved has changed meanwhile: nothing was done. */
  z.strictObject({ kind: z.literal('not_granted'), reason: z.string().max(64) }),
  z.strictObject({ kind: z.literal('bootstrapped'), tip: ObjectName }),
  /** The base now holds the epic, by this run's push or found so. */
  z.strictObject({ kind: z.literal('released'), commit: ObjectName, found: z.boolean() }),
  z.strictObject({ kind: z.literal('release_refused'), why: z.enum(['conflict', 'validation_failed', 'push_refused']), sentence, paths: z.array(path).max(1_000).default([]), output: output.default(''), command: z.string().max(1_000).optional() }),
  z.strictObject({ kind: z.literal('cleaned'), archived: z.number().int().min(0), removed: z.number().int().min(0) }),
  /** The architect's proposal as text, read by the studio's parser. */
  z.strictObject({ kind: z.literal('proposed'), proposal: z.string().max(1_000_000), finalMessage: z.string().max(64_000) }),
  Analysed,
  z.strictObject({ kind: z.literal('failed'), class: z.enum(FailureClass), sentence, output: output.optional() }),
  z.strictObject({ kind: z.literal('timed_out'), sentence }),
  z.strictObject({ kind: z.literal('stalled'), sentence }),
  /** The agent asked to wait for a subtask; its slot is free and the lane is kept. */
  z.strictObject({ kind: z.literal('yielded'), head: ObjectName.optional() }),
]);
export type RunOutcome = z.infer<typeof RunOutcome>;
export type OutcomeKind = RunOutcome['kind'];

/** What a run used since it started; numbers only grow. */
export const Usage = z.strictObject({
  inputTokens: z.number().int().min(0).default(0),
  outputTokens: z.number().int().min(0).default(0),
  cachedInputTokens: z.number().int().min(0).default(0),
  costUsd: z.number().min(0).optional(),
  /** Seconds of wall time in which the agent worked. */
  seconds: z.number().min(0).default(0),
  turns: z.number().int().min(0).default(0),
});
export type Usage = z.infer<typeof Usage>;

/** One line of a run's journal. `seq` counts from 1 without gaps, which is how the studio knows what it has. */
export const RunEventItem = z.strictObject({
  seq: z.number().int().min(1),
  at: Instant,
  kind: z.enum(['phase', 'message', 'thought', 'tool_started', 'tool_ended', 'usage', 'question', 'quota', 'log', 'validation', 'steered', 'checkpoint']),
  payload: z.record(z.string(), z.unknown()),
});
export type RunEventItem = z.infer<typeof RunEventItem>;
