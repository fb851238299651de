import type { SkillLevel } from './skills.js';

/*
 * Words. A **proposal** is a plan as an agent or a person wrote it, not yet accepted. Its tasks have **keys** of the author's choice,
 * which mean something inside this proposal only; the project's own keys, like `SHOP-12`, are given when it becomes a plan.
 */

export interface ProposedTask {
  /** Unique in the proposal; given by the parser (`task-3`) where the author gave none. */
  readonly key: string;
  readonly title: string;
  /** Markdown; empty when there is none. */
  readonly description: string;
  readonly acceptanceCriteria: readonly string[];
  /** Keys of tasks of the same proposal, in the order written, none twice. */
  readonly dependsOn: readonly string[];
  readonly skills: readonly SkillLevel[];
  readonly estimateMinutes?: number;
  /** Higher first; absent means 0. */
  readonly priority?: number;
}

export interface ProposedPhase {
  readonly title: string;
  readonly tasks: readonly ProposedTask[];
}

export interface Proposal {
  readonly title?: string;
  /** Markdown. */
  readonly goal?: string;
  readonly phases: readonly ProposedPhase[];
}

export const ProposalFormat = { json: 'json', yaml: 'yaml', md: 'md' } as const;
export type ProposalFormat = (typeof ProposalFormat)[keyof typeof ProposalFormat];

/** Lengths in UTF-16 units. What exceeds them is refused, not cut. */
export const PROPOSAL_LIMITS = {
  text: 1_000_000,
  title: 200,
  goal: 20_000,
  phases: 100,
  tasks: 500,
  key: 60,
  description: 20_000,
  criteria: 50,
  criterion: 2000,
  dependencies: 100,
  skills: 20,
  estimateMinutes: 100_000,
  priority: 100,
} as const;

/** Task keys: letters, digits, dot, dash and underscore, beginning with a letter or digit. */
export const TASK_KEY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/;

/**
 * Minutes of an estimate such as `2h`, `90m`, `1h 30m`, `1.5h` or `2d` (a day is eight working hours); a bare number is refused,
 * because it may be either hours or minutes.
 */
export function parseEstimate(text: string): number | undefined {
  const match = /^(?:(\d{1,4}(?:\.\d{1,2})?) ?d)? ?(?:(\d{1,5}(?:\.\d{1,2})?) ?h)? ?(?:(\d{1,6}) ?m(?:in)?)?$/.exec(text.trim().toLowerCase());
  if (match === null || match[0] === '') return undefined;
  const minutes = Number(match[1] ?? 0) * 480 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
  return minutes >= 1 && minutes <= PROPOSAL_LIMITS.estimateMinutes ? Math.round(minutes) : undefined;
}

/** The shortest of `2h`, `90m`, `1h30m` that `parseEstimate` reads back. */
export function formatEstimate(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${rest}m`;
  return rest === 0 ? `${hours}h` : `${hours}h${rest}m`;
}
