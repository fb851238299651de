import { PatchPlan } from '@maestro/protocol';
import type { PlanEdit } from '@maestro/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aTree, counting, outline } from '../test-support/a-tree.js';
import { applyEdits } from './apply-edits.js';
import { changesBetween } from './changes.js';
import { tasksOf } from './tree.js';
import type { EditedTree, Tree } from './tree.js';

/** What the schema makes of a step as it is sent, with its defaults; ids in these tests are short words. */
const steps = (...edits: readonly object[]): readonly PlanEdit[] =>
  edits.map((edit) => ({ ...edit, ...('task' in edit && typeof edit.task === 'object' ? { task: { description: '', acceptanceCriteria: [], skills: [], dependsOn: [], priority: 0, estimateMinutes: null, ...edit.task } } : {}), ...('changes' in edit ? { running: 'keep', ...edit } : {}) })) as unknown as readonly PlanEdit[];

const edited = (tree: Tree, ...edits: readonly object[]): EditedTree => {
  const done = applyEdits(tree, steps(...edits), counting());
  if (!done.ok) throw new Error(JSON.stringify(done.issues));
  return done.value;
};
const issues = (tree: Tree, ...edits: readonly object[]) => {
  const done = applyEdits(tree, steps(...edits), counting());
  return done.ok ? [] : done.issues;
};

const plan = aTree({ Build: ['a', 'b<-a'], Ship: ['c<-b'] });

describe('edit steps', () => {
  it('change the text of plan, phase and task, and leave the rest alone', () => {
    const { tree } = edited(plan, { op: 'set_plan', title: 'New' }, { op: 'set_phase', phase: 'Ship', title: 'Send' }, { op: 'set_task', task: 'b', changes: { title: 'B' } });
    expect(tree).toMatchObject({ title: 'New', goal: 'Goal', phases: [{ id: 'Build' }, { id: 'Ship', title: 'Send' }] });
    expect(tasksOf(tree).find(({ id }) => id === 'b')).toEqual({ ...tasksOf(plan)[1], title: 'B' });
  });

  it('add phases and tasks, which later steps name by ref', () => {
    const { tree } = edited(
      plan,
      { op: 'add_phase', ref: 'mid', title: 'Middle', position: 1 },
      { op: 'add_task', phase: 'mid', task: { ref: 'x', title: 'X', dependsOn: ['b', 'y'] } },
      { op: 'add_task', phase: 'mid', task: { ref: 'y', title: 'Y', dependsOn: ['SHOP-1'] }, position: 0 },
      { op: 'set_dependencies', task: 'c', dependsOn: ['b', 'x'] },
    );
    expect(outline(tree)).toEqual({ Build: ['a', 'b<-a'], Middle: ['n3<-a', 'n2<-b,n3'], Ship: ['c<-b,n2'] });
  });

  it('move tasks, in their phase and to another', () => {
    expect(outline(edited(plan, { op: 'move_task', task: 'a', phase: 'Build', position: 1 }).tree)).toEqual({ Build: ['b<-a', 'a'], Ship: ['c<-b'] });
    expect(outline(edited(plan, { op: 'move_task', task: 'a', phase: 'Ship', position: 0 }).tree)).toEqual({ Build: ['b<-a'], Ship: ['a', 'c<-b'] });
  });

  it('take a draft away, with what waited for it, and its phase after it', () => {
    expect(outline(edited(plan, { op: 'cancel_task', task: 'b' }).tree)).toEqual({ Build: ['a'], Ship: ['c'] });
    expect(outline(edited(plan, { op: 'cancel_task', task: 'c' }, { op: 'remove_phase', phase: 'Ship' }).tree)).toEqual({ Build: ['a', 'b<-a'] });
  });

  it('cancel a task with a history, which stays in the tree', () => {
    const running = aTree({ Build: ['a:in_progress', 'b<-a:queued'] });
    const { tree, cancelled } = edited(running, { op: 'cancel_task', task: 'a' });
    expect(outline(tree)).toEqual(outline(running));
    expect([...cancelled]).toEqual(['a']);
  });

  it('say what a running agent gets', () => {
    expect([...edited(plan, { op: 'set_task', task: 'a', changes: { title: 'A' }, running: 'tell' }).choices]).toEqual([['a', 'tell']]);
  });

  it('keep texts in one form', () => {
    const { tree } = edited(plan, { op: 'set_task', task: 'a', changes: { title: 'two\nlines', description: 'x  \r\n\r\n', acceptanceCriteria: ['a\nb', ' '], skills: [{ slug: 'go', min: 4 }, { slug: 'go', min: 2 }] } });
    expect(tasksOf(tree)[0]).toMatchObject({ title: 'two lines', description: 'x', acceptanceCriteria: ['a b'], skills: [{ slug: 'go', min: 4 }] });
  });

  it('are refused together, each mistake with its place', () => {
    expect(
      issues(
        plan,
        { op: 'set_phase', phase: 'none', title: 'X' },
        { op: 'remove_phase', phase: 'Build' },
        { op: 'add_phase', ref: 'r', title: 'X' },
        { op: 'add_phase', ref: 'r', title: 'X' },
        { op: 'add_task', phase: 'Build', task: { ref: 'x', title: 'X', dependsOn: ['a', 'gone'] } },
        { op: 'add_task', phase: 'Build', task: { ref: 'x', title: 'X' } },
        { op: 'add_task', phase: 'Build', task: { id: 'a', title: 'X' } },
        { op: 'move_task', task: 'gone', phase: 'Build', position: 0 },
        { op: 'move_task', task: 'a', phase: 'gone', position: 0 },
        { op: 'cancel_task', task: 'gone' },
      ).map(({ path }) => path),
    ).toEqual(['edits[0].phase', 'edits[1].phase', 'edits[3].ref', 'edits[5].task.ref', 'edits[6].task.id', 'edits[7].task', 'edits[8].phase', 'edits[9].task', 'edits[4].task.dependsOn[1]']);
  });

  it('as they are sent, carry no defaults into a change', () => {
    const [edit] = PatchPlan.parse({ version: 1, edits: [{ op: 'set_task', task: '0190a5d0-0000-7000-8000-000000000000', changes: { title: 'A' } }] }).edits;
    expect(edit).toMatchObject({ changes: { title: 'A' }, running: 'keep' });
    expect(edit?.op === 'set_task' && Object.keys(edit.changes)).toEqual(['title']);
  });
});

describe('random edit steps', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'r1', 'r2', 'gone');
  const phase = fc.constantFrom('Build', 'Ship', 'p1', 'gone');
  const step = fc.oneof(
    fc.record({ op: fc.constant('add_phase'), ref: fc.constantFrom('p1', 'p2'), title: fc.string({ minLength: 1 }), position: fc.nat(4) }),
    fc.record({ op: fc.constant('remove_phase'), phase }),
    fc.record({ op: fc.constant('add_task'), phase, task: fc.record({ ref: fc.constantFrom('r1', 'r2'), title: fc.string({ minLength: 1 }), dependsOn: fc.array(id, { maxLength: 3 }) }) }),
    fc.record({ op: fc.constant('set_dependencies'), task: id, dependsOn: fc.array(id, { maxLength: 3 }) }),
    fc.record({ op: fc.constant('move_task'), task: id, phase, position: fc.nat(4) }),
    fc.record({ op: fc.constant('cancel_task'), task: id }),
  );

  it('give a tree in which every task stands once and every dependency exists, or issues; never an exception', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (edits) => {
        const done = applyEdits(plan, steps(...edits), counting());
        if (!done.ok) {
          expect(done.issues.length).toBeGreaterThan(0);
          return;
        }
        const ids = tasksOf(done.value.tree).map((task) => task.id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const task of tasksOf(done.value.tree)) for (const other of task.dependsOn) expect(ids).toContain(other);
        const { made, removed } = changesBetween(plan, done.value);
        expect([...made.map(({ task }) => task.id), ...tasksOf(plan).map((task) => task.id).filter((each) => !removed.includes(each))].sort()).toEqual([...ids].sort());
      }),
    );
  });
});
