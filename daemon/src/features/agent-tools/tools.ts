import type { Purpose } from '@maestro/protocol';
import { ArtifactKind, ToolVerdict } from '@maestro/protocol';
import { z } from 'zod';

/**
 * The tools that an agent has besides its own: what they take, what they tell the agent about themselves, and which work may use them.
 * Their inputs come from a program we do not trust, so the daemon checks them again behind the socket.
 */

const sentence = z.string().trim().min(1);

const inputs = {
  task_get: z.strictObject({}),
  catalog_search: z.strictObject({
    query: sentence.max(500),
    kind: z.enum(ArtifactKind).optional(),
    limit: z.number().int().min(1).max(20).default(8),
  }),
  checkpoint: z.strictObject({ note: z.string().max(1_000).default('') }),
  subtask: z.strictObject({
    title: sentence.max(200),
    description: z.string().max(20_000).default(''),
    acceptanceCriteria: z.array(sentence.max(2_000)).max(50).default([]),
    skills: z.array(z.strictObject({ slug: z.string().max(48), min: z.number().int().min(1).max(5) })).max(20).default([]),
    wait: z.boolean().default(false),
    needsParent: z.boolean().default(false),
  }),
  ask_human: z.strictObject({ question: sentence.max(8_000) }),
  verdict: ToolVerdict,
  plan_proposal: z.strictObject({ proposal: sentence.max(1_000_000) }),
  channel_post: z.strictObject({ message: sentence.max(8_000) }),
} as const;

export type ToolName = keyof typeof inputs;

/** One checked call. */
export type ToolCall = { readonly [Name in ToolName]: { readonly tool: Name; readonly input: z.output<(typeof inputs)[Name]> } }[ToolName];

interface ToolInfo {
  readonly title: string;
  /** For the model: when to use it, and what comes of it. */
  readonly description: string;
  readonly purposes: readonly Purpose[];
}

const ALL_AGENT_WORK: readonly Purpose[] = ['implement', 'review', 'plan'];
const TASK_WORK: readonly Purpose[] = ['implement', 'review'];

export const TOOLS: Readonly<Record<ToolName, ToolInfo>> = {
  task_get: {
    title: 'Read the task',
    description: 'Returns the task you are working on: title, description, acceptance criteria, answers to earlier questions, and findings of the last review.',
    purposes: TASK_WORK,
  },
  catalog_search: {
    title: 'Search the catalog',
    description: 'Searches what this project already has (functions, components, services, patterns). Use it before you write something that may exist.',
    purposes: ALL_AGENT_WORK,
  },
  checkpoint: {
    title: 'Save work in progress',
    description: 'Saves the state of your working directory so that it survives this machine. It does not finish the task.',
    purposes: ['implement'],
  },
  subtask: {
    title: 'Ask for a subtask',
    description:
      'Asks for a separate task for work outside this one. `wait: true` means that you cannot go on before it is done: then end your turn, you will be started again afterwards. `needsParent: true` means that it builds on your change.',
    purposes: TASK_WORK,
  },
  ask_human: {
    title: 'Ask a person',
    description: 'Asks a person a question that neither the task nor the repository answers. End your turn afterwards; you will be started again with the answer.',
    purposes: ALL_AGENT_WORK,
  },
  verdict: {
    title: 'Give the verdict',
    description:
      'Gives the result of your review, once, at its end. `rejected` needs at least one finding with severity `blocking`; name path and line where you can. Remarks that should not stop the change are `advisory`.',
    purposes: ['review'],
  },
  plan_proposal: {
    title: 'Propose the plan',
    description: 'Proposes the plan as YAML, JSON or Markdown: phases with tasks, each with key, title, description, acceptance criteria, dependencies, skills and estimate. Problems are returned so that you can repair it.',
    purposes: ['plan'],
  },
  channel_post: {
    title: 'Post to the team',
    description: 'Posts a short note to the team that works on this plan.',
    purposes: ALL_AGENT_WORK,
  },
};

/** The tools that a run of this purpose may use, in the order of {@link TOOLS}. A reviewer gives a verdict, an implementer does not. */
export function toolsFor(purpose: Purpose): ToolName[] {
  return toolNames().filter((name) => TOOLS[name].purposes.includes(purpose));
}

function toolNames(): ToolName[] {
  return Object.keys(TOOLS) as ToolName[];
}

export function isToolName(name: string): name is ToolName {
  return Object.hasOwn(inputs, name);
}

/** What a tool takes. */
export function inputOf(name: ToolName): (typeof inputs)[ToolName] {
  return inputs[name];
}

/** Checks a call, or gives one sentence for the agent that names what is wrong and where. */
export function checkCall(tool: string, input: unknown): { readonly ok: true; readonly call: ToolCall } | { readonly ok: false; readonly sentence: string } {
  if (!isToolName(tool)) return { ok: false, sentence: `There is no tool "${tool.slice(0, 60)}".` };
  const checked = inputs[tool].safeParse(input);
  if (checked.success) {
    // The pair belongs together by construction of `inputs`; the compiler cannot follow an index that is a union.
    return { ok: true, call: { tool, input: checked.data } as ToolCall };
  }
  const issues = checked.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`);
  return { ok: false, sentence: `The input of ${tool} is not valid. ${issues.join('; ')}` };
}
