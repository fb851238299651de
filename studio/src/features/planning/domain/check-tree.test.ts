import { describe, expect, it } from 'vitest';
import { aTree } from '../test-support/a-tree.js';
import { checkTree } from './check-tree.js';
import { tasksOf } from './tree.js';
import type { Tree, TreeTask } from './tree.js';

const check = (before: Tree, tree: Tree, skills: readonly string[] = [], places: ReadonlyMap<string, string> = new Map()) =>
  checkTree(before, { tree, cancelled: new Set(), choices: new Map(), places }, new Set(skills));
const change = (tree: Tree, changes: Partial<TreeTask>): Tree => ({ ...tree, phases: tree.phases.map((phase) => ({ ...phase, tasks: phase.tasks.map((task) => ({ ...task, ...changes })) })) });

describe('a tree as a whole', () => {
  it('is fine as it is', () => {
    const tree = aTree({ Build: ['a', 'b<-a', 'c<-a,b'] });
    expect(check(tree, tree)).toEqual([]);
  });

  it('has no circle, and no task that waits for itself', () => {
    const circle = aTree({ Build: ['a<-c', 'b<-a', 'c<-b', 'd<-d'] });
    expect(check(circle, circle, [], new Map([['a', 'edits[0].task']]))).toEqual([
      { path: 'SHOP-4.dependsOn', message: 'SHOP-4 depends on itself.' },
      { path: 'edits[0].task.dependsOn', message: 'These tasks wait for each other: SHOP-1 → SHOP-3 → SHOP-2 → SHOP-1. Remove one of these dependencies.' },
    ]);
  });

  it('asks for skills that the workspace has; what was asked before stays', () => {
    const before = aTree({ Build: ['a'] });
    const asking = change(before, { skills: [{ slug: 'go', min: 3 }, { slug: 'cobol', min: 3 }] });
    expect(check(before, asking, ['go'])).toEqual([{ path: 'SHOP-1.skills[1]', message: 'The workspace has no skill "cobol". Add it to the workspace first, or choose another.' }]);
    expect(check(asking, asking, ['go'])).toEqual([]);
  });

  it('holds at most 500 tasks and 100 phases', () => {
    const many = aTree({ Build: Array.from({ length: 501 }, (_, index) => `t${index}`) });
    expect(check(many, many).map(({ path }) => path)).toEqual(['phases']);
    const wide = aTree(Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`Phase ${index}`, []])));
    expect(check(wide, wide)).toHaveLength(1);
  });

  it('holds only text that can be stored', () => {
    const tree = change(aTree({ Build: ['a'] }), { description: 'a\u0000b' });
    expect(check(tree, tree)).toMatchObject([{ path: 'SHOP-1' }]);
    expect(tasksOf(tree)).toHaveLength(1);
  });
});
