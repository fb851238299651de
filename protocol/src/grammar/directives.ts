import { z } from 'zod';
import { readBlocks } from './blocks.js';
import type { ParseIssue } from './parse-result.js';
import { quote } from './parse-result.js';
import { parseSkill } from './skills.js';
import type { SkillLevel } from './skills.js';
import { readJson } from './json-source.js';
import { formatPath } from '../rpc/issues.js';

/** Subtasks one run may ask for, over all its messages and ways of asking. */
export const MAX_SUBTASKS_PER_RUN = 5;

const skill = z.union([z.string(), z.strictObject({ slug: z.string(), min: z.number().int().min(1).max(5).default(3) })]).transform((value, context): SkillLevel => {
  const parsed = parseSkill(typeof value === 'string' ? value : `${value.slug}:${value.min}`);
  if (parsed.ok) return parsed.value;
  context.addIssue({ code: 'custom', message: parsed.message });
  return z.NEVER;
});

/** The JSON behind `MAESTRO:SUBTASK`; also what the `subtask` tool takes. */
export const SubtaskDirective = z.strictObject({
  title: z.string().trim().min(1).max(200),
  description: z.string().max(20_000).default(''),
  acceptanceCriteria: z.array(z.string().trim().min(1).max(2000)).max(50).default([]),
  /** `"postgres:4"` or `{"slug":"postgres","min":4}`. */
  skills: z.array(skill).max(20).default([]),
  /** The parent stops until the child is done. */
  wait: z.boolean().default(false),
  /** The child builds on the parent's change, so the parent cannot wait for it. */
  needsParent: z.boolean().default(false),
});
export type SubtaskDirective = z.infer<typeof SubtaskDirective>;

export interface DirectiveItem {
  readonly kind: 'subtask';
  /** From 1. */
  readonly line: number;
  readonly subtask: SubtaskDirective;
}

export interface Directives {
  readonly items: readonly DirectiveItem[];
  /** What looked like a directive and is none, for the agent to correct. Good ones beside a bad one still count. */
  readonly issues: readonly ParseIssue[];
}

/** UTF-16 units of a message that are looked at, and of one directive. */
const MAX_MESSAGE = 256 * 1024;
const MAX_DIRECTIVE = 32 * 1024;
const MARKER = /^( {0,3})MAESTRO:/;
const SUBTASK = 'MAESTRO:SUBTASK';
const MAX_ISSUES = 20;

/**
 * Reads `MAESTRO:SUBTASK{…}` lines from one message that the agent wrote itself; tool output and files never come here. Each stands
 * on its own line, in capitals, its strict JSON directly behind it and nothing after, in plain prose (see `blocks.ts`): what is
 * quoted or in code is only talked about.
 * `used` is how many subtasks the run has asked for before this message.
 */
export function readDirectives(message: string, used = 0): Directives {
  if (!message.includes('MAESTRO:')) return { items: [], issues: [] };
  if (message.length > MAX_MESSAGE) return { items: [], issues: [{ line: 1, column: 1, message: `The message is longer than ${MAX_MESSAGE} characters, so its directives were not read.` }] };
  const items: DirectiveItem[] = [];
  const issues: ParseIssue[] = [];
  for (const [index, line] of readBlocks(message).lines.entries()) {
    const indent = MARKER.exec(line.text)?.[1]?.length;
    if (indent === undefined || line.kind !== 'prose') continue;
    if (issues.length >= MAX_ISSUES) break;
    const number = index + 1;
    const text = line.text.trimEnd().slice(indent);
    if (!text.startsWith(`${SUBTASK}{`)) {
      issues.push({ line: number, column: indent + 1, message: `${quote(text, 40)} is not a directive. The only one is ${SUBTASK}{"title":"…"} with nothing between the word and the brace.` });
    } else if (used + items.length >= MAX_SUBTASKS_PER_RUN) {
      issues.push({ line: number, column: indent + 1, message: `A run may ask for at most ${MAX_SUBTASKS_PER_RUN} subtasks. Make this part of the task, or of one of the others.` });
    } else {
      const read = readSubtask(text.slice(SUBTASK.length), { line: number, column: indent + SUBTASK.length + 1 });
      if (read.ok) items.push({ kind: 'subtask', line: number, subtask: read.value });
      else issues.push(...read.issues);
    }
  }
  return { items, issues };
}

function readSubtask(json: string, at: { line: number; column: number }): { ok: true; value: SubtaskDirective } | { ok: false; issues: ParseIssue[] } {
  if (json.length > MAX_DIRECTIVE) return { ok: false, issues: [{ ...at, message: `A directive is at most ${MAX_DIRECTIVE} characters long.` }] };
  // Read twice: our reader finds the place of a mistake and repeated members, which JSON.parse lets pass.
  const source = readJson(json);
  if (!source.ok) return { ok: false, issues: source.issues.map((issue) => ({ ...issue, line: at.line, column: at.column + issue.column - 1 })) };
  const parsed = SubtaskDirective.safeParse(JSON.parse(json));
  if (parsed.success) return { ok: true, value: parsed.data };
  const issues = parsed.error.issues.slice(0, MAX_ISSUES).map((issue) => {
    const path = formatPath(issue.path);
    return { ...at, message: `${path === '' ? '' : `${path}: `}${issue.message}`, ...(path === '' ? {} : { path }) };
  });
  return { ok: false, issues };
}
