import { planTable, transition } from '@maestro/protocol';
import type { PlanStatus, PlanTree } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { PLAN_ACTIONS, planActionsOf, planQuestionOf, planRequestOf } from './plan-actions.js';
import type { PlanAction } from './plan-actions.js';

function aPlan(status: PlanStatus, tasks: readonly string[] = ['done'], rest: Partial<PlanTree> = {}): PlanTree {
  return { id: 'p', title: 'Tally', status, version: 3, baseBranch: 'main', epicBranch: 'epic/tally-1', notices: [], phases: [{ id: 'one', position: 0 }, { id: 'two', position: 1 }], tasks: tasks.map((each, index) => ({ id: `t${index}`, status: each })), ...rest } as unknown as PlanTree;
}
const lead = ['architect'] as const;
const repair = { code: 'epic_broken', sentence: 'Broken.', actions: ['validate_again', 'change_commands', 'create_repair_task'], at: '2026-01-01T00:00:00Z', details: { repairTask: { title: 'Repair', description: 'It.' } } } as PlanTree['notices'][number];

/** Events of the table by the action that a person takes, with the facts of a plan that is ready for them. */
const EVENTS = { activate: ['activate', { plan: 'ready' }], resume: ['resume', {}], release: ['release', { tasks: 'all_ended' }], cancel_release: ['cancel_release', { pushing: false }], pause: ['pause', { stop: false }], archive: ['archive', {}], cancel: ['cancel', {}] } as const;

describe('planActionsOf', () => {
  it.each(planTable.states.map((state) => [state]))('offers for a plan that is %s exactly what changes it', (state) => {
    const offered = planActionsOf(aPlan(state), lead);
    for (const [action, [event, facts]] of Object.entries(EVENTS)) {
      const outcome = transition(planTable, { state }, event, facts as never);
      expect(offered.includes(action as PlanAction), `${state}: ${action}`).toBe(outcome.kind === 'moved' && outcome.changed);
    }
  });

  it('offers a release only when every task has ended and one is done', () => {
    for (const [tasks, ready] of [[['done', 'cancelled'], true], [['done', 'blocked'], false], [['cancelled'], false], [[], false]] as const) expect(planActionsOf(aPlan('active', tasks), lead).includes('release')).toBe(ready);
    expect(planActionsOf(aPlan('draft', []), lead)).not.toContain('activate');
  });

  it('offers what a notice offers, and nobody what they may not do', () => {
    expect(planActionsOf(aPlan('active', ['queued'], { notices: [repair] }), lead)).toEqual(['pause', 'validate_again', 'create_repair_task', 'cancel']);
    expect(planActionsOf(aPlan('completed', ['done'], { notices: [repair] }), lead)).toEqual(['archive']);
    for (const state of planTable.states) expect(planActionsOf(aPlan(state, ['queued'], { notices: [repair] }), ['developer'])).toEqual([]);
  });
});

describe('planRequestOf', () => {
  it('names the route of every action', () => {
    expect(PLAN_ACTIONS.filter((action) => action !== 'create_repair_task').map((action) => planRequestOf(action, aPlan('active')).path)).toEqual(['activate', 'resume', 'release', 'cancel-release', 'pause', 'retry-bootstrap', 'validate-again', 'archive', 'cancel'].map((name) => `/plans/p/${name}`));
    expect(planRequestOf('pause', aPlan('active'), { stop: true }).body).toEqual({ stop: true });
  });

  it('adds the repair that a notice describes to the last phase', () => {
    expect(planRequestOf('create_repair_task', aPlan('active', [], { notices: [repair] }))).toMatchObject({ method: 'patch', path: '/plans/p', body: { version: 3, edits: [{ op: 'add_task', phase: 'two', task: { title: 'Repair', description: 'It.' } }] } });
  });
});

describe('planQuestionOf', () => {
  it('says what a cancel ends, stops and keeps', () => {
    expect(planQuestionOf('cancel', aPlan('active', ['queued', 'in_progress', 'landing', 'done'])).lead).toBe('3 tasks are cancelled. The agents of the 2 tasks at work are stopped, and what they wrote, committed or not, is kept on their machines as snapshots under `refs/maestro/snapshots`. The branch `epic/tally-1` stays as it is, and nothing of it reaches `main`.');
    expect(planQuestionOf('cancel', aPlan('draft', ['draft'], { epicBranch: null })).lead).toBe('1 task is cancelled. No branch was made yet.');
  });
});
