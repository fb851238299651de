/**
 * A small world over the three tables: one plan, two tasks of which the second waits for the first, any number of sessions (a run may
 * always be claimed or let go), and every cap at 1. Every next state in here comes from `transition`; the model only keeps the counters
 * that services keep, and dispatches what is due.
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

/** One edge of the world. `by` tells what the system or a daemon does from what a person does. */
export interface Move {
  readonly name: string;
  readonly by: 'system' | 'person';
  /** Loops through this edge are bounded by a clock instead of a counter; the reason says which. */
  readonly paced?: string;
  readonly to: World;
}

const fresh: ModelTask = {
  state: 'draft', origin: null, revisions: 0, repairs: 0, attempts: 0, started: 0, lost: 0, noVerdicts: 0, granted: 0, pushing: false,
  cancelRequested: false, waived: false, run: null, lostRun: null,
};
export const beginning: World = { plan: 'draft', notice: false, tasks: [fresh, fresh] };

const isEnded = (task: ModelTask): boolean => task.state === 'done' || task.state === 'cancelled';

/** Nothing is left to do, or only a person's own wish (to cancel a plan of which nothing came). */
export function isEnd(world: World): boolean {
  const nothingCame = world.plan === 'active' && world.tasks.every((task) => task.state === 'cancelled');
  return world.plan === 'completed' || (world.plan === 'cancelled' && world.tasks.every(isEnded)) || nothingCame;
}

/** Applies one task event the way the service does; undefined when the table refuses it. */
function stepTask(world: World, index: 0 | 1, event: TaskEvent, facts: Record<string, string | boolean>, changes: Partial<ModelTask> = {}, causeKept = false): World | undefined {
  const task = { ...world.tasks[index], ...changes };
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
    run: task.run !== null && ends.includes(task.run.status) && !causeKept ? null : task.run,
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
  const kept = isEnded(next) && next.run === null && next.lostRun === null ? { ...fresh, state: next.state } : next;
  return settle({ ...world, tasks: index === 0 ? [kept, world.tasks[1]] : [world.tasks[0], kept] });
}

/** Conditions that a service looks at in the same transaction. */
function settle(world: World): World {
  const [first, second] = world.tasks;
  if (first.state === 'cancelled' && second.state === 'queued' && !second.waived) return stepTask(world, 1, 'dependency_cancelled', {}) ?? world;
  return world;
}

function stepRun(status: RunStatus, event: keyof typeof runTable.events, facts: Record<string, string | boolean> = {}): RunStatus {
  const outcome = transition(runTable, { state: status }, event, facts as never);
  if (outcome.kind !== 'moved') throw new Error(`the model asked a run for what it cannot do: ${status} + ${event}`);
  return outcome.to;
}

const mayDispatch = (world: World, index: 0 | 1, task: ModelTask): boolean =>
  stageOf(task.state) !== undefined &&
  task.run === null &&
  (task.lostRun === null || task.lostRun.grace) &&
  (world.plan === 'active' || task.pushing) &&
  (index === 0 || task.state !== 'queued' || world.tasks[0].state === 'done' || task.waived);

/** Everything that can happen next. */
export function moves(world: World): readonly Move[] {
  return [...planMoves(world), ...([0, 1] as const).flatMap((index) => [...taskMoves(world, index), ...personMoves(world, index)])];
}

function planMoves(world: World): Move[] {
  const found: Move[] = [];
  const plan = (name: string, by: Move['by'], event: keyof typeof planTable.events, facts: Record<string, string | boolean>, then: (w: World) => World = (w) => w): void => {
    const outcome = transition(planTable, { state: world.plan }, event, facts as never);
    if (outcome.kind === 'moved' && outcome.changed) found.push({ name, by, to: then({ ...world, plan: outcome.to }) });
  };
  const each = (w: World, event: TaskEvent, facts: Record<string, boolean>): World =>
    ([0, 1] as const).reduce((now, index) => (isEnded(now.tasks[index]) ? now : (stepTask(now, index, event, 'pushing' in facts ? { pushing: now.tasks[index].pushing } : facts) ?? now)), w);
  const ended = world.tasks.every(isEnded);
  const anyDone = world.tasks.some((task) => task.state === 'done');
  if (world.plan === 'draft') plan('activate', 'person', 'activate', { plan: 'ready' }, (w) => each(w, 'activated', {}));
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
  plan('cancel plan', 'person', 'cancel', {}, (w) => each(w, 'cancel', { pushing: false }));
  // Only a releasing plan has a release run; a late one is covered by the rows, not by this model.
  return found.filter((move) => move.name !== 'released' || world.plan === 'releasing');
}

function taskMoves(world: World, index: 0 | 1): Move[] {
  const task = world.tasks[index];
  const found: Move[] = [];
  const put = (name: string, to: World | undefined, paced?: string): void => {
    if (to !== undefined) found.push({ name: `${index}: ${name}`, by: 'system', to, ...(paced === undefined ? {} : { paced }) });
  };
  const withTask = (changes: Partial<ModelTask>): World => {
    const next = { ...task, ...changes };
    return { ...world, tasks: index === 0 ? [next, world.tasks[1]] : [world.tasks[0], next] };
  };
  const step = (event: TaskEvent, facts: Record<string, string | boolean>, changes: Partial<ModelTask> = {}): World | undefined => stepTask(world, index, event, facts, changes);

  if (mayDispatch(world, index, task)) {
    const stage = stageOf(task.state) as StageKind;
    if (task.started >= RUN_CAP && !task.pushing) put('runs exhausted', step('runs_exhausted', { pushing: false }));
    else put('dispatch', withTask({ run: { status: 'dispatched', stage, begun: false } }));
  }
  if (task.run !== null) runMoves(task, task.run, put, withTask, step);
  if (task.lostRun !== null) lostMoves(task, task.lostRun, put, withTask, step);
  return found;
}

type Put = (name: string, to: World | undefined, paced?: string) => void;
type WithTask = (changes: Partial<ModelTask>) => World;
type Step = (event: TaskEvent, facts: Record<string, string | boolean>, changes?: Partial<ModelTask>) => World | undefined;

function runMoves(task: ModelTask, run: NonNullable<ModelTask['run']>, put: Put, withTask: WithTask, step: Step): void {
  const failed = (changes: Partial<ModelTask>): World | undefined => step('run_failed', { attemptsLeft: task.attempts + 1 < CAP }, { attempts: Math.min(task.attempts + 1, CAP), ...changes });
  const lose = (): World | undefined => {
    const changes = { run: null, lostRun: { stage: run.stage, grace: false, begun: run.begun }, lost: Math.min(task.lost + 1, CAP) };
    return task.lost + 1 >= CAP ? step('runs_exhausted', { pushing: task.pushing }, changes) : withTask(changes);
  };
  switch (run.status) {
    case 'dispatched':
      put('claim', withTask({ run: { ...run, status: stepRun('dispatched', 'claim') } }));
      stepRun('dispatched', 'unclaimed');
      put('unclaimed', withTask({ run: null }), 'the session is not offered it again for 30 s, doubling to 10 min');
      return;
    case 'claimed':
      // A run that waited and goes on was counted when it started first.
      put('start', run.begun ? withTask({ run: { ...run, status: stepRun('claimed', 'start') } }) : step('run_started', {}, { run: { status: stepRun('claimed', 'start'), stage: run.stage, begun: true }, started: Math.min(task.started + 1, RUN_CAP) }));
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
        put('quota', withTask({ run: { ...run, status: stepRun('running', 'wait') } }), "the agent's own limit names the time at which it resumes");
      }
      stepRun('running', 'finish', { newerOutcome: false });
      outcomes(task, run.stage, { run: null }, put, step);
      if (run.stage === 'land' && !task.pushing) put('may push', withTask({ pushing: true }));
      return;
    case 'waiting':
      if (stageOf(task.state) !== undefined) put('resumes', withTask({ run: { ...run, status: stepRun('waiting', 'reason_gone', { last: true }) } }));
      return;
    default:
      return;
  }
}

/** What a run of a stage can report; past `pushing` only what the epic says. */
function outcomes(task: ModelTask, stage: StageKind, changes: Partial<ModelTask>, put: Put, step: Step): void {
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

function lostMoves(task: ModelTask, lost: NonNullable<ModelTask['lostRun']>, put: Put, withTask: WithTask, step: Step): void {
  if (!lost.grace) put('grace over', withTask({ lostRun: { ...lost, grace: true } }));
  const newerLive = task.run !== null;
  if (newerLive) put('comes back too late', withTask({ lostRun: null }));
  else {
    const started = lost.begun ? task.started : Math.min(task.started + 1, RUN_CAP);
    const back = { lostRun: null, started, run: { status: stepRun('lost', 'returned', { as: 'running', newerLive: false, wanted: true }), stage: lost.stage, begun: true } } as const;
    const resumed = step('run_resumed', { working: true }, back);
    // A task that does not want it any more has it stopped (the row's effect), which the table shows by not moving a blocked task.
    if (resumed !== undefined && stageOf(task.state) === lost.stage) put('comes back', resumed, "the run's own time limit");
    else if (task.state === 'blocked/runs_exhausted' || task.state === 'blocked/attempts_exhausted') put('comes back', resumed, "the run's own time limit");
    else put('comes back unwanted', withTask({ lostRun: null }));
  }
  stepRun('lost', 'finish', { newerOutcome: false });
  // The outcome of a run whose start report was lost implies that it started.
  const started = lost.begun ? task.started : Math.min(task.started + 1, RUN_CAP);
  outcomes(task, lost.stage, { lostRun: null, run: null, started }, (name, to) => put(`late: ${name}`, to), step);
}

function personMoves(world: World, index: 0 | 1): Move[] {
  const task = world.tasks[index];
  const found: Move[] = [];
  const put = (name: string, event: TaskEvent, facts: Record<string, string | boolean>): void => {
    const to = stepTask(world, index, event, facts);
    if (to !== undefined && (to.tasks[index].state !== task.state || to.tasks[index].cancelRequested !== task.cancelRequested)) found.push({ name: `${index}: ${name}`, by: 'person', to });
  };
  if (world.plan === 'draft' || isEnded(task)) return found;
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
}
