import { describe, expect, it } from 'vitest';
import { MOVE_TARGETS, moveOf } from './moves.js';
import type { MovableTask, MoveTarget, TaskMove } from './moves.js';
import { factCombinations, transition } from './table.js';
import { LIVE_TASK_STATES, taskEvents, taskTable } from './task.js';
import type { BlockedCode, TaskState, TaskStatus } from './task.js';

const HEAD = 'a'.repeat(40);

function card(state: TaskState, from: TaskStatus = 'in_progress', pushing = false): MovableTask {
  const blocked = state.startsWith('blocked/') ? { code: state.slice('blocked/'.length) as BlockedCode, from } : null;
  return { key: 'SHOP-1', status: blocked === null ? (state as TaskStatus) : 'blocked', blocked, head: HEAD, pushing };
}

/** Every state that a card can stand in, with every stage that it can have been blocked in, and with and without a push under way. */
const CARDS = taskTable.states.flatMap((state) =>
  (state.startsWith('blocked/') ? LIVE_TASK_STATES : (['in_progress'] as const)).flatMap((from) => [false, true].map((pushing) => ({ state, from, pushing, task: card(state, from, pushing) }))),
);

/** What each card can be moved to, and by which event. */
const MOVES: Readonly<Record<string, Partial<Record<MoveTarget, TaskMove['event']>>>> = {
  draft: { cancelled: 'cancel' },
  queued: { in_progress: 'start', cancelled: 'cancel' },
  in_progress: { queued: 'stop', cancelled: 'cancel' },
  in_review: { landing: 'approve', cancelled: 'cancel' },
  landing: { cancelled: 'cancel' },
  'blocked/attempts_exhausted': { in_progress: 'retry', cancelled: 'cancel' },
  'blocked/runs_exhausted': { in_progress: 'retry', cancelled: 'cancel' },
  'blocked/revision_cap': { in_progress: 'retry', landing: 'approve', cancelled: 'cancel' },
  'blocked/repair_cap': { in_progress: 'retry', landing: 'approve', cancelled: 'cancel' },
  'blocked/no_verdict': { in_review: 'retry', landing: 'approve', cancelled: 'cancel' },
  'blocked/no_change': { in_progress: 'retry', done: 'confirm', cancelled: 'cancel' },
  'blocked/no_progress': { in_progress: 'retry', landing: 'approve', cancelled: 'cancel' },
  'blocked/stopped': { in_progress: 'start', cancelled: 'cancel' },
  'blocked/dependency_cancelled': { queued: 'drop_dependencies', cancelled: 'cancel' },
  'blocked/budget': { cancelled: 'cancel' },
  'blocked/manual_attention': { cancelled: 'cancel' },
  done: {},
  cancelled: { cancelled: 'cancel' },
};

describe('moveOf', () => {
  it.each(taskTable.states.map((state) => [state]))('says for every column what a card in %s can do', (state) => {
    const found = Object.fromEntries(MOVE_TARGETS.flatMap((to) => {
      const move = moveOf(card(state), to);
      return move.ok ? [[to, move.value.event]] : [];
    }));
    expect(found).toEqual(MOVES[state]);
  });

  it('goes back to the stage that the task was blocked in', () => {
    for (const from of LIVE_TASK_STATES) {
      for (const state of ['blocked/stopped', 'blocked/attempts_exhausted', 'blocked/runs_exhausted'] as const) {
        const allowed = MOVE_TARGETS.filter((to) => moveOf(card(state, from), to).ok);
        expect(allowed.toSorted()).toEqual([from, 'cancelled'].toSorted());
      }
    }
  });

  it('allows what the table takes, and says where the card is then', () => {
    for (const { state, from, pushing, task } of CARDS) {
      for (const to of MOVE_TARGETS) {
        const move = moveOf(task, to);
        if (!move.ok) continue;
        const { event, becomes } = move.value;
        const outcomes = factCombinations(taskEvents[event])
          .filter((facts) => !('pushing' in facts) || facts['pushing'] === pushing)
          .filter((facts) => !('headCurrent' in facts) || facts['headCurrent'] === true)
          .map((facts) => transition(taskTable, { state, origin: from }, event, facts as never));
        for (const outcome of outcomes) {
          // A push is under way only while landing, or when the runs of a landing task were exhausted.
          if (outcome.kind === 'never') continue;
          expect(outcome, `${state} from ${from} to ${to}`).toMatchObject({ kind: 'moved' });
          if (outcome.kind === 'moved') expect(outcome.to.startsWith('blocked/') ? 'blocked' : outcome.to, `${state} from ${from} to ${to}`).toBe(becomes);
        }
        expect(outcomes.length).toBeGreaterThan(0);
      }
    }
  });

  it('refuses in a sentence that says what to do instead', () => {
    for (const { task } of CARDS) {
      for (const to of MOVE_TARGETS) {
        const move = moveOf(task, to);
        if (!move.ok) expect(move.refusal).toMatchObject({ kind: 'conflict', sentence: expect.stringMatching(/^[A-Z].*\.$/) as unknown });
      }
    }
    expect(moveOf(card('in_progress'), 'done')).toMatchObject({ refusal: { code: 'no_such_move', sentence: 'SHOP-1 cannot be moved from in progress to done: it is done when its work has landed. Its page lists what you can do.' } });
  });

  it('asks for the head that was looked at, and for nothing that is not there', () => {
    expect(moveOf(card('in_review'), 'landing')).toMatchObject({ value: { asks: 'head' } });
    expect(moveOf({ ...card('in_review'), head: null }, 'landing')).toMatchObject({ refusal: { code: 'nothing_to_approve' } });
  });
});
