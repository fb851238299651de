import { refuse, runsThatEnd, stageOf, taskTable, transition } from '@maestro/protocol';
import type { BlockedCode, Policy, Refused, RunStatus, TaskEffect, TaskState, TaskStatus } from '@maestro/protocol';
import { blockedSentence } from './blocked.js';
import { commandOf, patchOf } from './effects.js';
import type { TaskCommand } from './effects.js';
import { factsOf } from './facts.js';
import type { TaskFacts } from './facts.js';
import type { TaskHappening } from './happening.js';
import { stateOf } from './task.js';
import type { TaskPatch, TaskRecord } from './task.js';

/** A decided step: what to write, which runs end in the same transaction, and what else the service has to do. */
export interface TaskStep {
  readonly ok: true;
  readonly from: TaskState;
  readonly to: TaskState;
  readonly changed: boolean;
  readonly effects: readonly TaskEffect[];
  readonly patch: TaskPatch;
  readonly endRuns: readonly RunStatus[];
  readonly commands: readonly TaskCommand[];
}

/**
 * Decides one step of a task. Pure: record, happening, policy and time in; patch, effects and commands out, or a refusal.
 *
 * @param now ISO 8601, from the database clock.
 * @throws Error `task.impossible` when the table says that this cannot happen: a defect of the caller.
 */
export function stepTask(task: TaskRecord, happening: TaskHappening, policy: Policy, now: string): TaskStep | Refused {
  const from = stateOf(task);
  const standing = task.blockedFrom === null ? { state: from } : { state: from, origin: task.blockedFrom as TaskState };
  const facts = factsOf(task, happening, policy);
  const outcome = transition(taskTable, standing, happening.event, facts as TaskFacts<typeof happening.event>);
  if (outcome.kind === 'never') throw new Error(`task.impossible: ${from} + ${happening.event}: ${outcome.because}`);
  if (outcome.kind === 'refused') return refuse('conflict', outcome.code, outcome.sentence, { key: task.key, status: task.status });

  const patch: TaskPatch = {};
  if (outcome.changed) Object.assign(patch, placed(task, outcome.to, happening, now));
  Object.assign(patch, recorded(task, happening, now));
  for (const effect of outcome.effects) Object.assign(patch, patchOf(effect, { ...task, ...patch, question: task.question }, happening, now));
  return {
    ok: true,
    from,
    to: outcome.to,
    changed: outcome.changed,
    effects: outcome.effects,
    patch,
    endRuns: runsThatEnd(standing, outcome.to),
    commands: [...outcome.effects.flatMap((effect) => commandOf(effect, happening) ?? []), ...wakes(from, outcome.to), ...noteOf(happening)],
  };
}

/** A block that its run waited for is over: the run may go on. Not when the task left that stage; then the run ends with it. */
function wakes(from: TaskState, to: TaskState): readonly TaskCommand[] {
  if (stageOf(to) === undefined) return [];
  if (from === 'blocked/manual_attention') return [{ do: 'release_wait', reason: 'human' }];
  return from === 'blocked/budget' ? [{ do: 'release_wait', reason: 'budget' }] : [];
}

/** What a person adds to a decision is a comment; with a retry it also goes into the next prompt. */
function noteOf(happening: TaskHappening): readonly TaskCommand[] {
  if ((happening.event !== 'retry' && happening.event !== 'approve') || happening.note === '') return [];
  return [{ do: 'comment', text: happening.note, forAgent: happening.event === 'retry' }];
}

/** The columns that say where the task stands. */
function placed(task: TaskRecord, to: TaskState, happening: TaskHappening, now: string): TaskPatch {
  if (to.startsWith('blocked/')) {
    const code = to.slice('blocked/'.length) as BlockedCode;
    // Blocked again for another reason, it still returns to the stage it was in first.
    const origin = task.blockedFrom ?? task.status;
    return { status: 'blocked', blockedCode: code, blockedFrom: origin, blockedSentence: blockedSentence(code, task, happening), pinnedSession: null };
  }
  const patch: TaskPatch = { status: to as TaskStatus, blockedCode: null, blockedFrom: null, blockedSentence: null, question: null };
  const before = task.status === 'blocked' ? task.blockedFrom : task.status;
  if (before === null || stageOf(before as TaskState) !== stageOf(to)) {
    // Attempts, back-off and "avoid this machine" belong to a stage; the next one starts afresh.
    Object.assign(patch, { attemptsSince: now, stageEnteredAt: now, dueAfter: null, avoidSession: null, noVerdicts: 0 } satisfies TaskPatch);
  }
  return patch;
}

/** What a happening says about the work, wherever the task goes. */
function recorded(task: TaskRecord, happening: TaskHappening, now: string): TaskPatch {
  switch (happening.event) {
    case 'produced':
      return {
        head: happening.head, base: happening.base, tree: happening.tree, baseTree: happening.baseTree, producedTip: happening.tip,
        authorSession: happening.session, authorMember: happening.member, laneSession: happening.session,
        repairTip: null, failedOutput: '', deltaPaths: null, overlapTip: null,
      };
    case 'run_started':
      return { startedRuns: task.startedRuns + 1, pinnedSession: null };
    case 'no_verdict':
      return { noVerdicts: task.noVerdicts + 1 };
    case 'rejected':
      return { rejectedTree: happening.tree, findings: happening.findings };
    case 'merged':
    case 'epic_holds':
      return { mergeCommit: happening.commit, intent: null };
    case 'conflict':
      return { intent: null, repairTip: happening.tip };
    case 'result_failed':
      // Also without a conflict the tip is merged into the lane, so that the agent sees the failure where it happens.
      return { intent: null, ...(happening.tipPasses ? { repairTip: happening.tip } : {}) };
    case 'overlapped':
      return { intent: null, overlapTip: happening.tip };
    case 'tip_moved':
    case 'epic_lacks':
      return { intent: null };
    case 'retry':
      return { noVerdicts: 0, attemptsSince: now, dueAfter: null };
    case 'asked_person':
      return { question: happening.question };
    case 'dependency_cancelled':
      // Also when it is blocked for this already: the sentence names all of them.
      return task.blockedCode === 'dependency_cancelled' ? { blockedSentence: blockedSentence('dependency_cancelled', task, happening) } : {};
    case 'text_edited':
      return { ...mutable(happening.changes), textVersion: task.textVersion + 1 };
    default:
      return {};
  }
}

const mutable = (changes: object): TaskPatch => Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
