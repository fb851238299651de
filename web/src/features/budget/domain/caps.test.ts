import { Budget, mayDo, PolicyChanges } from '@maestro/protocol';
import type { Role } from '@maestro/protocol';
import { expect, it } from 'vitest';
import { CAPS, budgetOf, changeOf, mayRaise } from './caps.js';

it('knows every kind of cap once', () => {
  expect(CAPS.map(({ kind }) => kind).toSorted()).toEqual(Object.keys(Budget.shape).toSorted());
});

it.each([
  [{}, {}],
  [{ runs: '', usd: ' ' }, {}],
  [{ runs: '12', usd: '2.5', tokens: '', minutes: ' 90 ' }, { runs: 12, usd: 2.5, minutes: 90 }],
])('reads %j', (typed, budget) => {
  expect(budgetOf(typed)).toEqual(budget);
  expect(Budget.safeParse(budgetOf(typed)).success).toBe(true);
});

it.each([[{ runs: '0' }], [{ runs: '1.5' }], [{ minutes: 'many' }]])('leaves %j for the studio to refuse', (typed) => {
  expect(Budget.safeParse(budgetOf(typed)).success).toBe(false);
});

it('sends the caps that were looked at, and no others', () => {
  expect(PolicyChanges.parse(changeOf('task', { runs: 5 }))).toEqual({ budget: { task: { runs: 5 } } });
  expect(PolicyChanges.parse(changeOf('plan', {}))).toEqual({ budget: { plan: {} } });
});

it.each<Role>(['owner', 'admin', 'architect', 'developer', 'viewer'])('%s raises a budget that somebody waits for, if they manage projects, and no other', (role) => {
  expect(mayRaise(['raise_budget', 'cancel'], [role])).toBe(mayDo([role], 'project.manage'));
  expect(mayRaise(['cancel'], [role])).toBe(false);
});
