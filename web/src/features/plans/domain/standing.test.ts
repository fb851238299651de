import { TaskStatus } from '@maestro/protocol';
import type { PlanStatus, PlanTree } from '@maestro/protocol';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { changesBetween, inOrder, nextStep, standingOf } from './standing.js';

const tasks = (...statuses: readonly TaskStatus[]) => statuses.map((status, index) => ({ key: `SHOP-${index + 1}`, status }));
const plan = (status: PlanStatus, ...statuses: readonly TaskStatus[]) => ({ status, baseBranch: 'main', tasks: tasks(...statuses) as unknown as PlanTree['tasks'] });

describe('standingOf', () => {
  it('counts what needs a person, runs, waits and has landed', () => {
    expect(standingOf(tasks('done', 'in_progress', 'in_review', 'landing', 'queued', 'draft', 'blocked', 'cancelled'), 2)).toEqual({
      needsYou: 3, blocked: 1, running: 3, waiting: 2, landed: 1, total: 7,
    });
  });

  test.prop([fc.array(fc.constantFrom(...Object.values(TaskStatus)))])('leaves no task out but the cancelled ones', (statuses) => {
    const { blocked, running, waiting, landed, total } = standingOf(tasks(...statuses));
    expect(blocked + running + waiting + landed).toBe(total);
    expect(total).toBe(statuses.filter((status) => status !== 'cancelled').length);
  });
});

describe('inOrder', () => {
  it('puts what is under way first, and what moved last before the others', () => {
    const at = (status: PlanStatus, updatedAt: string) => ({ status, updatedAt });
    const ordered = inOrder([at('completed', '5'), at('draft', '4'), at('active', '1'), at('active', '3'), at('cancelled', '6'), at('releasing', '2')]);
    expect(ordered.map(({ status, updatedAt }) => `${status} ${updatedAt}`)).toEqual(['releasing 2', 'active 3', 'active 1', 'draft 4', 'cancelled 6', 'completed 5']);
  });
});

describe('nextStep', () => {
  it('asks for what only a person can do', () => {
    expect(nextStep(plan('draft', 'draft'))).toContain('activates it');
    expect(nextStep(plan('active', 'done', 'cancelled'))).toContain('merges them into main');
    expect(nextStep(plan('paused', 'queued'))).toContain('paused');
  });

  it('asks for nothing while it would be refused', () => {
    expect(nextStep(plan('draft'))).toBeUndefined();
    expect(nextStep(plan('active'))).toBeUndefined();
    expect(nextStep(plan('active', 'cancelled'))).toBeUndefined();
    expect(nextStep(plan('active', 'done', 'blocked'))).toBeUndefined();
    expect(nextStep(plan('completed', 'done'))).toBeUndefined();
  });
});

describe('changesBetween', () => {
  it('says what changed and nothing else', () => {
    expect(changesBetween(tasks('queued', 'done'), tasks('in_progress', 'done', 'draft'), (status) => status.toUpperCase())).toEqual(['SHOP-1: in_progress']);
  });
});
