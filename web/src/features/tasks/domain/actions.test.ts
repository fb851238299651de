import { taskTable, transition } from '@maestro/protocol';
import type { BlockedAction, BlockedCode, TaskState, TaskStatus } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { TASK_ACTIONS, actionsOf } from './actions.js';
import type { TaskAction } from './actions.js';

const ME = 'member-1';
const operator = { memberId: ME, roles: ['architect'] as const };

/** As the studio offers them; its own test holds them against the table. */
const BLOCKED_ACTIONS: Readonly<Record<BlockedCode, readonly BlockedAction[]>> = {
  attempts_exhausted: ['retry', 'cancel'],
  runs_exhausted: ['retry', 'cancel'],
  revision_cap: ['retry', 'approve', 'cancel'],
  repair_cap: ['retry', 'approve', 'cancel'],
  no_verdict: ['retry', 'approve', 'cancel'],
  no_change: ['confirm', 'retry', 'cancel'],
  no_progress: ['retry', 'approve', 'cancel'],
  stopped: ['start', 'assign', 'cancel'],
  dependency_cancelled: ['drop_dependencies', 'treat_as_done', 'cancel'],
  budget: ['raise_budget', 'cancel'],
  manual_attention: ['answer', 'cancel'],
};

function aTask(state: TaskState): Parameters<typeof actionsOf>[0] {
  const code = state.startsWith('blocked/') ? (state.slice('blocked/'.length) as BlockedCode) : null;
  return {
    status: code === null ? (state as TaskStatus) : 'blocked',
    blocked: code === null ? null : { code, from: 'in_progress', sentence: 'Why.', actions: [...BLOCKED_ACTIONS[code]] },
    assignee: null,
    acceptedAt: null,
    head: 'a'.repeat(40) as never,
  };
}

/** The table's event of an action; what `accept` and `decline` need besides is an offer to whoever looks. */
const EVENTS = { answer: 'answer', approve: 'approve', confirm: 'confirm', retry: 'retry', start: 'start', drop_dependencies: 'drop_dependencies', treat_as_done: 'treat_as_done', assign: 'assigned', stop: 'stop', cancel: 'cancel' } as const satisfies Partial<Record<TaskAction, string>>;

describe('actionsOf', () => {
  it.each(taskTable.states.map((state) => [state]))('offers in %s exactly what the table takes', (state) => {
    const offered = actionsOf(aTask(state), operator);
    for (const [action, event] of Object.entries(EVENTS)) {
      const outcome = transition(taskTable, { state, origin: 'in_progress' }, event, { pushing: false, headCurrent: true } as never);
      // Approving what has landed, or is about to, and cancelling what is cancelled have no effect, so they are not offered.
      const idle = outcome.kind === 'moved' && !outcome.changed && (action === 'approve' || action === 'cancel');
      expect(offered.includes(action as TaskAction), `${state}: ${action}`).toBe(outcome.kind === 'moved' && !idle);
    }
  });

  it('offers an answer to an offer only to whoever has it, and only once', () => {
    const offered = { ...aTask('queued'), assignee: ME as never };
    expect(actionsOf(offered, operator)).toEqual(['accept', 'decline', 'start', 'assign', 'stop', 'cancel']);
    expect(actionsOf({ ...offered, acceptedAt: '2026-01-01T00:00:00Z' }, operator)).not.toContain('accept');
    expect(actionsOf(offered, { memberId: 'somebody else', roles: ['architect'] })).not.toContain('accept');
  });

  it('offers nobody what they may not do', () => {
    for (const state of taskTable.states) {
      expect(actionsOf({ ...aTask(state), assignee: ME as never }, { memberId: ME, roles: ['viewer'] })).toEqual([]);
      expect(TASK_ACTIONS.filter((action) => actionsOf({ ...aTask(state), assignee: ME as never }, { memberId: ME, roles: ['developer'] }).includes(action))).toEqual(state === 'done' || state === 'cancelled' ? [] : ['accept', 'decline']);
    }
  });
});
