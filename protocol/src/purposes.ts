import { StageKind } from './states/task.js';

/** What a run is for. The first three work on a task, the others on a plan or project. */
export const Purpose = {
  implement: 'implement',
  review: 'review',
  merge: 'merge',
  plan: 'plan',
  bootstrapEpic: 'bootstrap_epic',
  release: 'release',
  releaseCleanup: 'release_cleanup',
  repoAnalysis: 'repo_analysis',
} as const;
export type Purpose = (typeof Purpose)[keyof typeof Purpose];
export const PURPOSES = Object.values(Purpose);

/** One stage of a task's way: a name that people see, its kind that code asks for, and the purpose of its runs. */
export interface Stage {
  readonly name: string;
  readonly kind: StageKind;
  readonly purpose: Purpose;
}

/** The stages a task goes through. Data: a longer blueprint adds rows here, not branches in the code. */
export const BLUEPRINT: readonly Stage[] = [
  { name: 'implement', kind: StageKind.produce, purpose: Purpose.implement },
  { name: 'review', kind: StageKind.judge, purpose: Purpose.review },
  { name: 'merge', kind: StageKind.land, purpose: Purpose.merge },
];

/** The purpose of the runs of a stage kind. */
export function purposeOf(kind: StageKind): Purpose {
  const stage = BLUEPRINT.find((each) => each.kind === kind);
  if (stage === undefined) throw new Error(`blueprint_hole: no stage of kind ${kind}`);
  return stage.purpose;
}

/** The stage kind of a purpose; absent for runs of a plan or project. */
export function stageKindOf(purpose: Purpose): StageKind | undefined {
  return BLUEPRINT.find((each) => each.purpose === purpose)?.kind;
}

/** Purposes whose work an agent does; the others are deterministic and need no agent. */
export function needsAgent(purpose: Purpose): boolean {
  return purpose === Purpose.implement || purpose === Purpose.review || purpose === Purpose.plan;
}

/** Purposes that an agent helps with where there is one; they go well without. */
export function mayUseAgent(purpose: Purpose): boolean {
  return needsAgent(purpose) || purpose === Purpose.repoAnalysis;
}
