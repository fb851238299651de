import type { PlanTree, TaskView } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { criticalOf, filtered, groupsOf } from './list.js';

function aTask(id: string, rest: Partial<Record<keyof TaskView, unknown>> = {}): TaskView {
  return { id, key: `SHOP-${id}`, title: `Task ${id}`, status: 'queued', skills: [], dependsOn: [], level: 0, position: 0, phaseId: 'one', estimateMinutes: null, ...rest } as unknown as TaskView;
}
const ids = (tasks: readonly TaskView[]): readonly string[] => tasks.map(({ id }) => id);
const plan = { phases: [{ id: 'two', position: 1, title: 'Then', status: 'waiting' }, { id: 'one', position: 0, title: 'First', status: 'active' }, { id: 'three', position: 2, title: 'Nothing', status: 'empty' }] } as unknown as PlanTree;

describe('groupsOf', () => {
  const tasks = [aTask('1', { position: 2 }), aTask('2', { position: 1 }), aTask('3', { phaseId: 'two', level: 1 }), aTask('4', { level: 1 })];

  it('follows the plan by phase', () => {
    expect(groupsOf(plan, tasks, 'phases').map((group) => [group.title, ids(group.tasks)])).toEqual([['First', ['4', '2', '1']], ['Then', ['3']], ['Nothing', []]]);
  });

  it('follows the dependencies by level', () => {
    expect(groupsOf(plan, tasks, 'levels').map((group) => [group.title, ids(group.tasks)])).toEqual([['Level 1 · waits for nothing', ['1', '2']], ['Level 2 · waits for level 1', ['3', '4']]]);
  });
});

describe('criticalOf', () => {
  it('is the longest chain, without what was cancelled', () => {
    const tasks = [aTask('1', { estimateMinutes: 10 }), aTask('2', { dependsOn: ['1'], estimateMinutes: 20 }), aTask('3', { dependsOn: ['1'], estimateMinutes: 90, status: 'cancelled' })];
    expect(criticalOf(tasks)).toEqual({ tasks: new Set(['1', '2']), minutes: 30 });
    expect(criticalOf([aTask('1')]).tasks.size).toBe(0);
  });
});

describe('filtered', () => {
  const tasks = [aTask('1', { title: 'Add a cart', skills: [{ slug: 'postgres', min: 3 }] }), aTask('2', { title: 'Pay' })];

  it('holds every word that was typed, wherever it stands', () => {
    expect(ids(filtered(tasks, 'CART post', () => 'Queued'))).toEqual(['1']);
    expect(ids(filtered(tasks, 'shop-2', () => 'Queued'))).toEqual(['2']);
    expect(ids(filtered(tasks, 'queued', () => 'Queued'))).toEqual(['1', '2']);
    expect(ids(filtered(tasks, ' ', () => ''))).toEqual(['1', '2']);
    expect(filtered(tasks, 'cart pay', () => '')).toEqual([]);
  });
});
