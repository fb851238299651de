import { describe, expect, it } from 'vitest';
import { TaskChanges } from './http/plans.js';
import { Policy, PolicyChanges } from './policy.js';

describe('policy', () => {
  it('is filled with every default from nothing', () => {
    expect(Policy.parse({})).toMatchObject({ revisionCap: 3, concurrency: { project: 50, session: 4 }, budget: { task: {}, plan: {} } });
  });

  it('changes hold exactly what was said, without defaults', () => {
    expect(PolicyChanges.parse({})).toEqual({});
    expect(PolicyChanges.parse({ revisionCap: 5 })).toEqual({ revisionCap: 5 });
    expect(PolicyChanges.safeParse({ revisionCap: 21 }).success).toBe(false);
    expect(PolicyChanges.safeParse({ noSuchKnob: 1 }).success).toBe(false);
  });
});

describe('changes of a task', () => {
  it('hold exactly what was said: a new title empties nothing', () => {
    expect(TaskChanges.parse({ title: 'New' })).toEqual({ title: 'New' });
  });
});
