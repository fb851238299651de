import { StageKind, purposeOf, stageOf } from '@maestro/protocol';
import type { PlanStatus, RunStatus, TaskStatus, WaitReason , Purpose} from '@maestro/protocol';
import { pauseSentence } from './pause.js';
import type { Pause } from './pause.js';

/*
 * Words. A task is **due** when the rules allow a run of its stage now; who takes it is the matcher's business. What it **waits for** is
 * the exact list of rules that do not hold, each as a sentence: `GET /tasks/{id}/why` shows them as they are.
 */

/** The plan as far as it decides whether its tasks are due. */
export interface PlanFacts {
  readonly status: PlanStatus;
  /** Its project or workspace is paused. */
  readonly paused: Pause | null;
  readonly epicReady: boolean;
  readonly bootstrapFailed: boolean;
  /** The plan's own budget, all kinds. */
  readonly budgetSpent: boolean;
  /** Key of the task whose merge is under way on this epic; merges into one epic are serial. */
  readonly mergingTask: string | null;
  /** While the notice `epic_broken` stands: which tip it speaks of, and who has tried on it since. */
  readonly broken: BrokenEpic | null;
}

export interface BrokenEpic {
  /** Nothing changed since: the same tip, the same commands. */
  readonly unchanged: boolean;
  /** Keys of the tasks whose result failed on it. */
  readonly tried: readonly string[];
}

export interface DependencyFacts {
  readonly key: string;
  readonly status: TaskStatus;
  /** A person said that the cancelled task counts as done. */
  readonly waived: boolean;
}

/** A live run of the task's present stage. */
export interface LiveRunFacts {
  readonly status: Extract<RunStatus, 'dispatched' | 'claimed' | 'running' | 'waiting' | 'lost'>;
  readonly session: string;
  readonly waitReasons: readonly WaitReason[];
  /** For a lost run: it may still come back, so the stage is not given away. */
  readonly inGrace: boolean;
}

export interface TaskFacts {
  readonly key: string;
  readonly status: TaskStatus;
  readonly blockedSentence: string | null;
  readonly plan: PlanFacts;
  readonly dependencies: readonly DependencyFacts[];
  readonly runs: readonly LiveRunFacts[];
  /** Backing off: whole seconds until it may be tried again, 0 when it may. */
  readonly restsSeconds: number;
  /** Name of the assigned member who has not accepted yet. */
  readonly awaitsAcceptanceOf: string | null;
  readonly startedRuns: number;
  /** `maxTaskRuns` of the policy and what operators granted on top. */
  readonly mostRuns: number;
  /** The task's budget: `runs` is used up, or another cap. */
  readonly budgetSpent: boolean;
  /** A push was granted and its fate is not known. */
  readonly pushing: boolean;
  readonly approved: boolean;
}

/** One rule that does not hold. `code` is stable; `sentence` is for people. */
export interface Wait {
  readonly code: WaitCode;
  readonly sentence: string;
}

export const WaitCode = {
  ended: 'ended',
  draft: 'draft',
  blocked: 'blocked',
  planNotActive: 'plan_not_active',
  paused: 'paused',
  epicNotReady: 'epic_not_ready',
  dependency: 'dependency',
  runAtWork: 'run_at_work',
  runWaits: 'run_waits',
  runLost: 'run_lost',
  resting: 'resting',
  acceptance: 'acceptance',
  runsExhausted: 'runs_exhausted',
  budget: 'budget',
  planBudget: 'plan_budget',
  epicBusy: 'epic_busy',
  epicBroken: 'epic_broken',
  notApproved: 'not_approved',
} as const;
export type WaitCode = (typeof WaitCode)[keyof typeof WaitCode];

export type Due =
  | { readonly due: true; readonly purpose: Purpose; readonly stage: StageKind; /** Only reads the epic; due whatever the plan's state. */ readonly readOnly: boolean }
  | {
      readonly due: false;
      readonly waits: readonly Wait[];
      /** Nothing but this limit stands in the way: the dispatcher tells the task, which is then blocked with an action. */
      readonly exhausted: 'runs' | 'budget' | null;
    };

/**
 * Whether a run of the task's stage may be made now. Pure, and the same for the dispatcher and for `why`.
 */
export function dueFor(task: TaskFacts): Due {
  const stage = stageOf(task.status === 'blocked' ? 'draft' : task.status);
  if (stage === undefined) return waiting([standingStill(task)]);
  const purpose = purposeOf(stage);
  const limits = limitWaits(task);
  const stopped = planWaits(task.plan);
  // Somebody has to read whether a granted push landed, whatever the plan says and whatever is used up.
  const readOnly = stage === StageKind.land && task.pushing && (stopped.length > 0 || limits.length > 0);
  const waits = [
    ...(readOnly ? [] : stopped),
    ...workWaits(task, stage),
    ...runWaits(task),
    ...(stage === StageKind.land ? landWaits(task) : []),
  ];
  if (waits.length === 0 && (limits.length === 0 || readOnly)) return { due: true, purpose, stage, readOnly };
  return { due: false, waits: [...waits, ...(readOnly ? [] : limits)], exhausted: waits.length === 0 ? limitOf(limits) : null };
}

function waiting(waits: readonly Wait[]): Due {
  return { due: false, waits, exhausted: null };
}

/** Why a task without a stage has no run. */
function standingStill(task: TaskFacts): Wait {
  switch (task.status) {
    case 'done':
    case 'cancelled':
      return { code: WaitCode.ended, sentence: `The task is ${task.status}.` };
    case 'blocked':
      return { code: WaitCode.blocked, sentence: task.blockedSentence ?? 'The task is blocked.' };
    default:
      return { code: WaitCode.draft, sentence: 'The task is a draft: it is queued when its plan is activated.' };
  }
}

function planWaits({ status, paused, epicReady, bootstrapFailed, budgetSpent }: PlanFacts): readonly Wait[] {
  const waits: Wait[] = paused === null ? [] : [{ code: WaitCode.paused, sentence: pauseSentence(paused) }];
  if (status !== 'active') waits.push({ code: WaitCode.planNotActive, sentence: `The plan is ${status}${status === 'paused' ? '. Resume it' : ''}.` });
  else if (!epicReady && bootstrapFailed) waits.push({ code: WaitCode.epicNotReady, sentence: 'The epic branch could not be made. The plan says why; fix it there and retry.' });
  else if (!epicReady) waits.push({ code: WaitCode.epicNotReady, sentence: 'The epic branch is being made.' });
  if (budgetSpent) waits.push({ code: WaitCode.planBudget, sentence: "The plan's budget is spent. Raise the cap and it goes on by itself." });
  return waits;
}

function workWaits(task: TaskFacts, stage: StageKind): readonly Wait[] {
  const waits: Wait[] = [];
  // What a task depends on is looked at before its first run only: once it has begun, its dependencies can no longer change.
  if (stage === StageKind.produce) {
    for (const { key, status, waived } of task.dependencies) {
      if (status === 'done' || (status === 'cancelled' && waived)) continue;
      waits.push({ code: WaitCode.dependency, sentence: `Waits for ${key}, which is ${status.replaceAll('_', ' ')}.` });
    }
    if (task.awaitsAcceptanceOf !== null) waits.push({ code: WaitCode.acceptance, sentence: `Waits for ${task.awaitsAcceptanceOf} to accept it.` });
  }
  if (task.restsSeconds > 0) waits.push({ code: WaitCode.resting, sentence: `Rests for another ${task.restsSeconds} s after a failure.` });
  return waits;
}

function runWaits(task: TaskFacts): readonly Wait[] {
  return task.runs.flatMap((run): readonly Wait[] => {
    switch (run.status) {
      case 'dispatched':
        return [{ code: WaitCode.runAtWork, sentence: `Offered to ${run.session}, which has not claimed it yet.` }];
      case 'claimed':
      case 'running':
        return [{ code: WaitCode.runAtWork, sentence: `${run.session} works on it.` }];
      case 'waiting':
        return [{ code: WaitCode.runWaits, sentence: `Its run on ${run.session} waits for ${run.waitReasons.map(reasonText).join(' and ')}.` }];
      case 'lost':
        return run.inGrace ? [{ code: WaitCode.runLost, sentence: `${run.session} was lost while working on it and may still come back.` }] : [];
    }
  });
}

function reasonText(reason: WaitReason): string {
  switch (reason) {
    case 'quota':
      return "its agent's limit to be renewed";
    case 'human':
      return 'an answer';
    case 'plan':
      return 'the plan to be resumed';
    case 'budget':
      return 'budget';
    case 'restart':
      return 'its end';
  }
}

function landWaits({ key, plan, approved, pushing }: TaskFacts): readonly Wait[] {
  const waits: Wait[] = [];
  if (!approved && !pushing) waits.push({ code: WaitCode.notApproved, sentence: 'Nothing is approved that could land.' });
  if (plan.mergingTask !== null && plan.mergingTask !== key) waits.push({ code: WaitCode.epicBusy, sentence: `${plan.mergingTask} is landing; one lands at a time.` });
  if (plan.broken !== null && plan.broken.unchanged && plan.broken.tried.includes(key) && !pushing) {
    waits.push({ code: WaitCode.epicBroken, sentence: 'The epic branch fails its own validation. It is tried again when the branch or the commands change, or when somebody says "validate again".' });
  }
  return waits;
}

function limitWaits({ startedRuns, mostRuns, budgetSpent }: TaskFacts): readonly Wait[] {
  const waits: Wait[] = [];
  if (startedRuns >= mostRuns) waits.push({ code: WaitCode.runsExhausted, sentence: `The task has had ${startedRuns} runs, which is all it may have.` });
  if (budgetSpent) waits.push({ code: WaitCode.budget, sentence: "The task's budget is spent." });
  return waits;
}

function limitOf(limits: readonly Wait[]): 'runs' | 'budget' {
  return limits[0]?.code === WaitCode.runsExhausted ? 'runs' : 'budget';
}
