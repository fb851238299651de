/**
 * A small world over the three tables: one plan, two tasks of which the second waits for the first, any number of sessions (a run may
 * always be claimed or let go), and every cap at 1. Every next state in here comes from `transition`; the model only keeps the counters
 * that services keep, and dispatches what is due.
 *
 * What a task can do next depends on itself and on two facts about its world, so it is worked out once per task and not once per world:
 * there are four times as many worlds as tasks. Equal tasks are one object (`interned`), which is what the memory of moves hangs on.
 */
import { runsThatEnd } from '../leaving.js';
import { planTable, type PlanStatus } from '../plan.js';
import { runTable, type RunStatus } from '../run.js';
import { transition } from '../table.js';
import { stageOf, taskTable, type StageKind, type TaskEvent, type TaskState } from '../task.js';

const CAP = 1;
/** Enough for implement, review and merge; small enough to run into everywhere. */
const RUN_CAP = 3;
/** People can go on granting for ever; the model counts one grant, which shows every kind of round. */
const GRANTS = 1;

export interface ModelTask {
  readonly state: TaskState;
  readonly origin: TaskState | null;
  readonly revisions: number;
  readonly repairs: number;
  readonly attempts: number;
  readonly started: number;
  readonly lost: number;
  readonly noVerdicts: number;
  /** Grants of operators; each person's retry raises it, so a loop through people is not a loop of the system. */
  readonly granted: number;
  readonly pushing: boolean;
  readonly cancelRequested: boolean;
  readonly waived: boolean;
  /** The run that is not lost, and an older one that is. */
  readonly run: { readonly status: RunStatus; readonly stage: StageKind; readonly begun: boolean } | null;
  readonly lostRun: { readonly stage: StageKind; readonly grace: boolean; readonly begun: boolean } | null;
}
export interface World {
  readonly plan: PlanStatus;
  readonly notice: boolean;
  readonly tasks: readonly [ModelTask, ModelTask];
}

/** What may happen. `by` tells what the system or a daemon does from what a person does. */
export interface Move {
  readonly name: string;
  readonly by: 'system' | 'person';
  /** Loops through this move are bounded by a clock instead of a counter; the reason says which. */
  readonly paced?: string;
}
/** A move with the world it leads to. */
export interface Step {
  readonly move: Move;
  readonly to: World;
}

const fresh: ModelTask = {
  state: 'draft', origin: null, revisions: 0, repairs: 0, attempts: 0, started: 0, lost: 0, noVerdicts: 0, granted: 0, pushing: false,
  cancelRequested: false, waived: false, run: null, lostRun: null,
};
const isEnded = (task: ModelTask): boolean => task.state === 'done' || task.state === 'cancelled';

/** Nothing is left to do, or only a person's own wish (to cancel a plan of which nothing came). */
export function isEnd(world: World): boolean {
  const nothingCame = world.plan === 'active' && world.tasks.every((task) => task.state === 'cancelled');
  return world.plan === 'completed' || (world.plan === 'cancelled' && world.tasks.every(isEnded)) || nothingCame;
}

/** Every field, so that two tasks are one object exactly when they are equal. */
const FIELDS = Object.keys({
  state: 1, origin: 1, revisions: 1, repairs: 1, attempts: 1, started: 1, lost: 1, noVerdicts: 1, granted: 1, pushing: 1,
  cancelRequested: 1, waived: 1, run: 1, lostRun: 1,
} satisfies Record<keyof ModelTask, 1>) as (keyof ModelTask)[];
const written = (value: ModelTask[keyof ModelTask]): unknown => (typeof value === 'object' && value !== null ? Object.values(value).join() : value);
const known = new Map<string, ModelTask>();

function interned(task: ModelTask): ModelTask {
  const key = FIELDS.map((field) => written(task[field])).join('|');
  const same = known.get(key);
  if (same === undefined) known.set(key, task);
  return same ?? task;
}

/** Applies one task event the way the service does; undefined when the table refuses it. */
function stepTask(from: ModelTask, event: TaskEvent, facts: Record<string, string | boolean>, changes: Partial<ModelTask> = {}): ModelTask | undefined {
  const task = { ...from, ...changes };
  const standing = task.origin === null ? { state: task.state } : { state: task.state, origin: task.origin };
  const outcome = transition(taskTable, standing, event, facts as never);
  if (outcome.kind === 'never') throw new Error(`the model reached what the table calls impossible: ${task.state} + ${event}: ${outcome.because}`);
  if (outcome.kind === 'refused') return undefined;
  const blocked = outcome.to.startsWith('blocked/');
  const ends = runsThatEnd(standing, outcome.to);
  const stageLeft = stageOf(outcome.to) !== stageOf(task.origin ?? task.state);
  const has = (effect: string): boolean => (outcome.effects as readonly string[]).includes(effect);
  const next: ModelTask = {
    ...task,
    state: outcome.to,
    origin: blocked ? (task.origin ?? task.state) : null,
    run: task.run !== null && ends.includes(task.run.status) ? null : task.run,
    lostRun: task.lostRun !== null && ends.includes('lost') ? null : task.lostRun,
    attempts: (stageLeft && !blocked) || has('grant_round') || has('count_revision') || has('count_repair') ? 0 : task.attempts,
    noVerdicts: stageLeft && !blocked ? 0 : task.noVerdicts,
    revisions: Math.min(CAP + GRANTS, task.revisions + (has('count_revision') || has('grant_revision') ? 1 : 0)),
    repairs: Math.min(CAP + GRANTS, task.repairs + (has('count_repair') || has('grant_repair') ? 1 : 0)),
    started: has('grant_round') ? 0 : task.started,
    lost: has('grant_round') ? 0 : task.lost,
    granted: Math.min(GRANTS, task.granted + (has('grant_round') || has('grant_revision') || has('grant_repair') ? 1 : 0)),
    cancelRequested: task.cancelRequested || has('remember_cancel'),
    waived: task.waived || has('drop_cancelled') || has('waive_cancelled'),
  };
  // How an ended task came there no longer matters; forgetting it keeps the world small.
  return interned(isEnded(next) && next.run === null && next.lostRun === null ? { ...fresh, state: next.state } : next);
}

export const beginning: World = { plan: 'draft', notice: false, tasks: [interned(fresh), interned(fresh)] };

/** The world after its task became `task`, with the conditions that a service looks at in the same transaction. */
function withTask(world: World, index: 0 | 1, task: ModelTask): World {
  const [first, second] = index === 0 ? [task, world.tasks[1]] : [world.tasks[0], task];
  if (first.state !== 'cancelled' || second.state !== 'queued' || second.waived) return { ...world, tasks: [first, second] };
  return { ...world, tasks: [first, stepTask(second, 'dependency_cancelled', {}) ?? second] };
}

function stepRun(status: RunStatus, event: keyof typeof runTable.events, facts: Record<string, string | boolean> = {}): RunStatus {
  const outcome = transition(runTable, { state: status }, event, facts as never);
  if (outcome.kind !== 'moved') throw new Error(`the model asked a run for what it cannot do: ${status} + ${event}`);
  return outcome.to;
}

/** What a task can do next, by itself: who does it, and what the task is then. */
interface TaskMove extends Move {
  readonly task: ModelTask;
}

/** Works out a task's moves once, for its index and one more fact. */
function oncePerTask(find: (task: ModelTask, index: 0 | 1, fact: boolean) => readonly TaskMove[]): typeof find {
  const memory = [0, 1, 2, 3].map(() => new Map<ModelTask, readonly TaskMove[]>());
  return (task, index, fact) => {
    const lists = memory[index * 2 + Number(fact)] as Map<ModelTask, readonly TaskMove[]>;
    const list = lists.get(task) ?? find(task, index, fact);
    lists.set(task, list);
    return list;
  };
}

/** Everything that can happen next. */
export function steps(world: World): readonly Step[] {
  const found = planSteps(world);
  for (const index of [0, 1] as const) {
    const task = world.tasks[index];
    for (const move of systemMoves(task, index, worldAllows(world, index, task))) found.push({ move, to: withTask(world, index, move.task) });
    if (world.plan === 'draft') continue;
    for (const move of personMoves(task, index, true)) {
      const to = withTask(world, index, move.task);
      const after = to.tasks[index];
      if (after.state !== task.state || after.cancelRequested !== task.cancelRequested) found.push({ move, to });
    }
  }
  return found;
}

const worldAllows = (world: World, index: 0 | 1, task: ModelTask): boolean =>
  (world.plan === 'active' || task.pushing) && (index === 0 || task.state !== 'queued' || world.tasks[0].state === 'done' || task.waived);

const only = (name: string, task: ModelTask | undefined): readonly TaskMove[] => (task === undefined ? [] : [{ name, by: 'person', task }]);

/** What the plan's own steps do to its tasks, once per task; nothing where the table refuses it. */
const withPlan = {
  activated: oncePerTask((task) => only('activated', stepTask(task, 'activated', {}))),
  cancel: oncePerTask((task) => only('cancel', stepTask(task, 'cancel', { pushing: task.pushing }))),
};

type PlanStep = (name: string, by: Move['by'], event: keyof typeof planTable.events, facts: Record<string, string | boolean>, then?: (world: World) => World) => void;

function planSteps(world: World): Step[] {
  const found: Step[] = [];
  const plan: PlanStep = (name, by, event, facts, then = (w) => w) => {
    const outcome = transition(planTable, { state: world.plan }, event, facts as never);
    if (outcome.kind === 'moved' && outcome.changed) found.push({ move: { name, by }, to: then({ ...world, plan: outcome.to }) });
  };
  const each = (w: World, event: keyof typeof withPlan): World =>
    ([0, 1] as const).reduce((now, index) => {
      const task = now.tasks[index];
      const [move] = isEnded(task) ? [] : withPlan[event](task, index, true);
      return move === undefined ? now : withTask(now, index, move.task);
    }, w);
  const ended = world.tasks.every(isEnded);
  const anyDone = world.tasks.some((task) => task.state === 'done');
  if (world.plan === 'draft') plan('activate', 'person', 'activate', { plan: 'ready' }, (w) => each(w, 'activated'));
  plan('pause', 'person', 'pause', { stop: false });
  plan('resume', 'person', 'resume', {});
  plan('budget', 'system', 'budget_spent', {});
  plan('release', 'person', 'release', { tasks: !ended ? 'some_open' : anyDone ? 'all_ended' : 'none_done' }, (w) => ({ ...w, notice: false }));
  plan('released', 'system', 'released', {});
  if (world.plan === 'releasing') {
    plan('released', 'system', 'released', {});
    plan('release failed', 'system', 'release_failed', { why: 'conflict' }, (w) => ({ ...w, notice: true }));
    plan('cancel release', 'person', 'cancel_release', { pushing: false });
  }
  plan('cancel plan', 'person', 'cancel', {}, (w) => each(w, 'cancel'));
  // Only a releasing plan has a release run; a late one is covered by the rows, not by this model.
  return found.filter(({ move }) => move.name !== 'released' || world.plan === 'releasing');
}

const systemMoves = oncePerTask((task, index, allowed) => {
  const found: TaskMove[] = [];
  const put: Put = (name, next, paced) => {
    if (next !== undefined) found.push({ name: `${index}: ${name}`, by: 'system', task: next, ...(paced === undefined ? {} : { paced }) });
  };
  const change: Change = (changes) => interned({ ...task, ...changes });
  const step: StepTask = (event, facts, changes) => stepTask(task, event, facts, changes);
  const stage = stageOf(task.state);
  if (allowed && stage !== undefined && task.run === null && (task.lostRun === null || task.lostRun.grace)) {
    if (task.started >= RUN_CAP && !task.pushing) put('runs exhausted', step('runs_exhausted', { pushing: false }));
    else put('dispatch', change({ run: { status: 'dispatched', stage, begun: false } }));
  }
  if (task.run !== null) runMoves(task, task.run, put, change, step);
  if (task.lostRun !== null) lostMoves(task, task.lostRun, put, change, step);
  return found;
});

type Put = (name: string, next: ModelTask | undefined, paced?: string) => void;
type Change = (changes: Partial<ModelTask>) => ModelTask;
type StepTask = (event: TaskEvent, facts: Record<string, string | boolean>, changes?: Partial<ModelTask>) => ModelTask | undefined;

function runMoves(task: ModelTask, run: NonNullable<ModelTask['run']>, put: Put, change: Change, step: StepTask): void {
  const failed = (changes: Partial<ModelTask>): ModelTask | undefined => step('run_failed', { attemptsLeft: task.attempts + 1 < CAP }, { attempts: Math.min(task.attempts + 1, CAP), ...changes });
  const lose = (): ModelTask | undefined => {
    const changes = { run: null, lostRun: { stage: run.stage, grace: false, begun: run.begun }, lost: Math.min(task.lost + 1, CAP) };
    return task.lost + 1 >= CAP ? step('runs_exhausted', { pushing: task.pushing }, changes) : change(changes);
  };
  switch (run.status) {
    case 'dispatched':
      put('claim', change({ run: { ...run, status: stepRun('dispatched', 'claim', { paused: false }) } }));
      stepRun('dispatched', 'unclaimed');
      put('unclaimed', change({ run: null }), 'the session is not offered it again for 30 s, doubling to 10 min');
      return;
    case 'claimed':
      // A run that waited and goes on was counted when it started first.
      put('start', run.begun ? change({ run: { ...run, status: stepRun('claimed', 'start') } }) : step('run_started', {}, { run: { status: stepRun('claimed', 'start'), stage: run.stage, begun: true }, started: Math.min(task.started + 1, RUN_CAP) }));
      stepRun('claimed', 'could_not_start', { newerOutcome: false, newerLive: false });
      put('could not start', failed({ run: null }));
      put('lost', lose(), task.pushing ? 'a lease and its grace; the next run only reads the epic' : undefined);
      return;
    case 'running':
      for (const event of ['fail', 'time_out', 'stall'] as const) stepRun('running', event, { newerOutcome: false, newerLive: false });
      put('fails', failed({ run: null }));
      put('lost', lose(), task.pushing ? 'a lease and its grace; the next run only reads the epic' : undefined);
      if (run.stage !== 'land') {
        put('asks', step('asked_person', {}, { run: { ...run, status: stepRun('running', 'wait') } }));
        put('quota', change({ run: { ...run, status: stepRun('running', 'wait') } }), "the agent's own limit names the time at which it resumes");
      }
      stepRun('running', 'finish', { newerOutcome: false });
      outcomes(task, run.stage, { run: null }, put, step);
      if (run.stage === 'land' && !task.pushing) put('may push', change({ pushing: true }));
      return;
    case 'waiting':
      if (stageOf(task.state) !== undefined) put('resumes', change({ run: { ...run, status: stepRun('waiting', 'reason_gone', { last: true }) } }));
      return;
    default:
      return;
  }
}

/** What a run of a stage can report; past `pushing` only what the epic says. */
function outcomes(task: ModelTask, stage: StageKind, changes: Partial<ModelTask>, put: Put, step: StepTask): void {
  if (stage === 'produce') for (const tree of ['unchanged', 'as_rejected', 'changed']) put(`produced ${tree}`, step('produced', { tree }, changes));
  if (stage === 'judge') {
    put('approved', step('approved', { current: true }, changes));
    put('approves what has moved', step('approved', { current: false }, changes));
    put('rejected', step('rejected', { capReached: task.revisions >= CAP + task.granted }, changes));
    put('no verdict', step('no_verdict', { again: task.noVerdicts > 0 }, { ...changes, noVerdicts: Math.min(task.noVerdicts + 1, 2) }));
  }
  if (stage !== 'land') return;
  const known = { ...changes, pushing: false };
  const { cancelRequested } = task;
  put('merged', step('merged', {}, known));
  put('tip moved', step('tip_moved', { cancelRequested }, known));
  if (task.pushing) {
    put('epic holds it', step('epic_holds', {}, known));
    put('epic lacks it', step('epic_lacks', { cancelRequested }, known));
    return;
  }
  const capReached = task.repairs >= CAP + task.granted;
  put('overlapped', step('overlapped', { cancelRequested }, known));
  put('conflict', step('conflict', { cancelRequested, capReached }, known));
  for (const tipPasses of [true, false]) put(`result failed, tip ${tipPasses ? 'passes' : 'fails'}`, step('result_failed', { cancelRequested, tipPasses, capReached }, known));
}

function lostMoves(task: ModelTask, lost: NonNullable<ModelTask['lostRun']>, put: Put, change: Change, step: StepTask): void {
  if (!lost.grace) put('grace over', change({ lostRun: { ...lost, grace: true } }));
  const newerLive = task.run !== null;
  if (newerLive) put('comes back too late', change({ lostRun: null }));
  else {
    const started = lost.begun ? task.started : Math.min(task.started + 1, RUN_CAP);
    const back = { lostRun: null, started, run: { status: stepRun('lost', 'returned', { as: 'running', newerLive: false, wanted: true }), stage: lost.stage, begun: true } } as const;
    const resumed = step('run_resumed', { working: true }, back);
    // A task that does not want it any more has it stopped (the row's effect), which the table shows by not moving a blocked task.
    if (resumed !== undefined && stageOf(task.state) === lost.stage) put('comes back', resumed, "the run's own time limit");
    else if (task.state === 'blocked/runs_exhausted' || task.state === 'blocked/attempts_exhausted') put('comes back', resumed, "the run's own time limit");
    else put('comes back unwanted', change({ lostRun: null }));
  }
  stepRun('lost', 'finish', { newerOutcome: false });
  // The outcome of a run whose start report was lost implies that it started.
  const started = lost.begun ? task.started : Math.min(task.started + 1, RUN_CAP);
  outcomes(task, lost.stage, { lostRun: null, run: null, started }, (name, to) => put(`late: ${name}`, to), step);
}

/** `fact` is not asked: what a person may do does not hang on it. */
const personMoves = oncePerTask((task, index) => {
  const found: TaskMove[] = [];
  const put = (name: string, event: TaskEvent, facts: Record<string, string | boolean>): void => {
    const next = stepTask(task, event, facts);
    if (next !== undefined) found.push({ name: `${index}: ${name}`, by: 'person', task: next });
  };
  if (isEnded(task)) return found;
  const { pushing } = task;
  put('cancel', 'cancel', { pushing });
  put('retry', 'retry', {});
  put('approve', 'approve', { headCurrent: true });
  put('answer', 'answer', {});
  put('start', 'start', {});
  put('confirm', 'confirm', {});
  put('drop dependencies', 'drop_dependencies', {});
  put('treat as done', 'treat_as_done', {});
  if (task.run !== null) put('stop', 'stop', { pushing });
  if (task.state === 'blocked/budget') put('raise budget', 'budget_raised', {});
  return found;
});
