import { describe, expect, it } from 'vitest';
import { aTree, counting } from '../test-support/a-tree.js';
import { newTask } from './apply-edits.js';
import { changesBetween, isEmpty } from './changes.js';
import type { EditedTree, Tree, TreeTask } from './tree.js';

const as = (tree: Tree, more: Partial<EditedTree> = {}): EditedTree => ({ tree, cancelled: new Set(), choices: new Map(), places: new Map(), ...more });
const withTask = (tree: Tree, id: string, changes: Partial<TreeTask>): Tree => ({
  ...tree,
  phases: tree.phases.map((phase) => ({ ...phase, tasks: phase.tasks.map((task) => (task.id === id ? { ...task, ...changes } : task)) })),
});

const plan = aTree({ Build: ['a:queued', 'b<-a:queued'], Ship: ['c<-b:done'] });

describe('the difference between two trees', () => {
  it('is empty when they say the same', () => {
    expect(isEmpty(changesBetween(plan, as(plan)))).toBe(true);
    const skilled = withTask(plan, 'a', { skills: [{ slug: 'go', min: 3 }] });
    expect(isEmpty(changesBetween(skilled, as(withTask(plan, 'a', { skills: [{ min: 3, slug: 'go' }] }))))).toBe(true);
  });

  it('tells what an agent reads from what only dispatch looks at', () => {
    const changes = changesBetween(plan, as(withTask(plan, 'a', { title: 'A', priority: 5, skills: [{ slug: 'go', min: 3 }] }), { choices: new Map([['a', 'restart']]) }));
    expect(changes.rewritten).toEqual([{ id: 'a', changes: { title: 'A' }, choice: 'restart' }]);
    expect(changes.placed).toEqual([{ id: 'a', fields: { priority: 5, skills: [{ slug: 'go', min: 3 }] } }]);
  });

  it('asks every change of an ended task as one of text, so that its table refuses it', () => {
    expect(changesBetween(plan, as(withTask(plan, 'c', { priority: 5 })))).toMatchObject({ rewritten: [{ id: 'c', changes: { priority: 5 } }], placed: [] });
  });

  it('moves levels with the dependencies', () => {
    const changes = changesBetween(plan, as(withTask(plan, 'b', { dependsOn: [] })));
    expect(changes.rewired).toEqual([{ id: 'b', dependsOn: [] }]);
    expect(changes.placed).toEqual([{ id: 'b', fields: { level: 0 } }, { id: 'c', fields: { level: 1 } }]);
  });

  it('makes new tasks after what they depend on', () => {
    const makeId = counting();
    const draft = { title: 'New', description: '', acceptanceCriteria: [], skills: [], dependsOn: [], priority: 0, estimateMinutes: null };
    const [first, second] = [newTask(draft, makeId()), newTask(draft, makeId())];
    const [build, ship] = plan.phases;
    if (build === undefined || ship === undefined) throw new Error('the plan above has two phases');
    const tree = { ...plan, phases: [{ ...build, tasks: [{ ...second, dependsOn: [first.id] }, { ...first, dependsOn: ['b'] }, ...build.tasks] }, ship] };
    const { made, placed } = changesBetween(plan, as(tree));
    expect(made).toMatchObject([{ task: { id: 'n1' }, place: { phaseId: 'Build', position: 1, level: 2 } }, { task: { id: 'n2' }, place: { position: 0, level: 3 } }]);
    expect(placed).toEqual([{ id: 'a', fields: { position: 2 } }, { id: 'b', fields: { position: 3 } }]);
  });

  it('cancels what has a history once, and removes drafts', () => {
    const drafts = aTree({ Build: ['a', 'b<-a'] });
    const [phase] = drafts.phases;
    if (phase === undefined) throw new Error('the plan above has a phase');
    expect(changesBetween(drafts, as({ ...drafts, phases: [{ ...phase, tasks: phase.tasks.slice(0, 1) }] })).removed).toEqual(['b']);
    expect(changesBetween(plan, as(plan, { cancelled: new Set(['a']) })).cancelled).toEqual(['a']);
    const over = aTree({ Build: ['a:cancelled'] });
    expect(isEmpty(changesBetween(over, as(over, { cancelled: new Set(['a']) })))).toBe(true);
  });

  it('renames, moves, makes and removes phases', () => {
    const tree = { ...plan, phases: [{ id: 'new', title: 'New', tasks: [] }, ...plan.phases.map((phase) => ({ ...phase, title: `${phase.title}!` }))] };
    expect(changesBetween(plan, as(tree)).phases).toEqual({
      made: [{ id: 'new', title: 'New', position: 0 }],
      changed: [{ id: 'Build', title: 'Build!', position: 1 }, { id: 'Ship', title: 'Ship!', position: 2 }],
      removed: [],
    });
    expect(changesBetween(tree, as(plan)).phases.removed).toEqual(['new']);
  });
});
