import { Budget } from '@maestro/protocol';
import { expect, it } from 'vitest';
import { CAPS, budgetOf } from './caps.js';

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
