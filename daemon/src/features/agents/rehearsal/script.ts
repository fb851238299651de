import { FailureClass, Finding } from '@maestro/protocol';
import { z } from 'zod';
import type { AgentWork } from '../agent.js';

/**
 * The script of a rehearsal: what a pretended agent does for which work. Written by people and tests as YAML or JSON:
 *
 * ```yaml
 * maestro-rehearsal: 1
 * tasks:
 *   SHOP-1:                         # a task key; `*` stands for any task
 *     implement:                    # a purpose
 *       - when: { revision: 1 }     # after the first rejection
 *         steps:
 *           - replace: { path: src/cart.js, find: 'let total', with: 'const total' }
 *           - commit: Use a constant
 *           - say: The finding is addressed.
 *       - steps:                    # any other implement run
 *           - write: { path: src/cart.js, content: "let total = 0;\n" }
 *           - say: The cart is written.
 *     review:
 *       - when: { revision: 0 }
 *         steps:
 *           - verdict:
 *               verdict: rejected
 *               summary: One thing.
 *               findings: [{ path: src/cart.js, line: 1, severity: blocking, message: Use a constant. }]
 *       - steps:
 *           - verdict: { verdict: approved }
 * project:                          # work without a task, by purpose
 *   plan:
 *     - steps: [{ tool: { name: plan_proposal, args: { proposal: "…" } } }]
 * ```
 *
 * The first part whose `when` fits is played. `when` may name `attempt` (from 1), `revision` and `repair` (from 0), which fit any when left out, and `turn`
 * (the how-manieth prompt of the conversation, 1 when left out). Work for which nothing fits fails with class `script`: a rehearsal never invents a success.
 */

/** A path inside the lane. The script is trusted, yet a typing error in it should not write elsewhere. */
const lanePath = z
  .string()
  .min(1)
  .refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), 'must be a relative path inside the lane');
const content = z.string();
const edit = z.strictObject({ path: lanePath, content });

const stepSchemas = {
  /** Writes a file whole, with its folders. */
  write: edit,
  append: edit,
  /** Replaces the one occurrence of `find`; none or several is a failure. */
  replace: z.strictObject({ path: lanePath, find: z.string().min(1), with: content }),
  delete: z.strictObject({ path: lanePath }),
  /** A shell command in the lane. `fails: true` expects it to fail. */
  run: z.strictObject({ command: z.string().min(1), fails: z.boolean().default(false) }),
  say: z.string(),
  think: z.string(),
  /** Commits everything in the lane with this message. */
  commit: z.string().min(1),
  /** Calls a tool of the run over MCP. `refused: true` expects the answer to be an error. */
  tool: z.strictObject({ name: z.string(), args: z.record(z.string(), z.unknown()).default({}), refused: z.boolean().default(false) }),
  /** Through the tool, as a last line of text, or both. */
  verdict: z.strictObject({
    verdict: z.enum(['approved', 'rejected']),
    summary: z.string().default(''),
    findings: z.array(Finding).default([]),
    via: z.enum(['tool', 'text', 'both']).default('tool'),
  }),
  /** Through the tool, or as a directive in a message. */
  subtask: z.strictObject({ title: z.string().min(1), description: z.string().default(''), wait: z.boolean().default(false), via: z.enum(['tool', 'text']).default('tool') }),
  ask_human: z.string().min(1),
  /** Waits until a file exists: absolute, or relative to the lane. */
  wait_for: z.strictObject({ file: z.string().min(1), seconds: z.number().positive().default(120) }),
  /** Starts sleeping grandchildren in sessions of their own and writes their pids, one per line, to `file` (absolute or relative). */
  spawn_children: z.strictObject({ count: z.number().int().min(1).max(50).default(1), file: z.string().min(1) }),
  /** Writes the resolution of a file that really is in conflict, and marks it resolved. */
  resolve_conflicts: edit,
  /** Fails the turn unless the prompt holds this text. */
  expect_prompt: z.string().min(1),
  /** Tokens to report for this turn. */
  usage: z.strictObject({ inputTokens: z.number().int().min(0), outputTokens: z.number().int().min(0) }),
  /** Ends the turn as failed. `seconds`: for a limit, which is renewed so long after the step. */
  fail: z.strictObject({ class: z.enum(FailureClass), sentence: z.string().min(1), seconds: z.number().positive().optional() }),
  /** Ends the process at once, as a crash would. */
  exit: z.number().int().min(0).max(255),
  /** Never ends. */
  hang: z.literal(true),
} as const;

type StepKind = keyof typeof stepSchemas;
export type Step = { readonly [Kind in StepKind]: { readonly kind: Kind; readonly value: z.output<(typeof stepSchemas)[Kind]> } }[StepKind];

/** Shorthands: one string where the object has one field that matters. */
const SHORTHANDS: Readonly<Partial<Record<StepKind, string>>> = { run: 'command', delete: 'path', wait_for: 'file' };

const step = z.record(z.string(), z.unknown()).transform((value, context): Step => {
  const [kind, ...more] = Object.keys(value);
  if (kind === undefined || more.length > 0 || !Object.hasOwn(stepSchemas, kind)) {
    context.addIssue({ code: 'custom', message: `a step is one of: ${Object.keys(stepSchemas).join(', ')}` });
    return z.NEVER;
  }
  const field = SHORTHANDS[kind as StepKind];
  const given = value[kind];
  const checked = stepSchemas[kind as StepKind].safeParse(typeof given === 'string' && field !== undefined ? { [field]: given } : given);
  if (checked.success) return { kind, value: checked.data } as Step;
  for (const issue of checked.error.issues) context.addIssue({ code: 'custom', message: issue.message, path: [kind, ...issue.path] });
  return z.NEVER;
});

const count = z.number().int().min(0);
const part = z.strictObject({
  when: z.strictObject({ attempt: count.optional(), revision: count.optional(), repair: count.optional(), turn: count.default(1) }).default({ turn: 1 }),
  steps: z.array(step),
});
const byPurpose = z.record(z.string(), z.array(part));

export const RehearsalScript = z.strictObject({
  'maestro-rehearsal': z.literal(1),
  tasks: z.record(z.string(), byPurpose).default({}),
  project: byPurpose.default({}),
});
export type RehearsalScript = z.infer<typeof RehearsalScript>;

/** The steps for some work, or one sentence that says what the script lacks. */
export function stepsFor(script: RehearsalScript, work: AgentWork, turn: number): { readonly steps: readonly Step[] } | { readonly missing: string } {
  const where = work.taskKey === undefined ? 'the project' : `task ${work.taskKey}`;
  const purposes = work.taskKey === undefined ? script.project : { ...script.tasks['*'], ...script.tasks[work.taskKey] };
  const parts = Object.hasOwn(purposes, work.purpose) ? (purposes[work.purpose] ?? []) : [];
  const found = parts.find(({ when }) => {
    const fits = (wanted: number | undefined, actual: number) => wanted === undefined || wanted === actual;
    return when.turn === turn && fits(when.attempt, work.attempt) && fits(when.revision, work.revision) && fits(when.repair, work.repair);
  });
  if (found !== undefined) return { steps: found.steps };
  const which = `attempt ${work.attempt}, revision ${work.revision}, repair ${work.repair}, turn ${turn}`;
  return { missing: `The rehearsal script has no steps for ${work.purpose} of ${where} (${which}). Add them, or choose a real agent.` };
}
