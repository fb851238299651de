import { describe, expect, it } from 'vitest';
import { aTree, counting, outline } from '../test-support/a-tree.js';
import { changesBetween, isEmpty } from './changes.js';
import { replaceTree } from './replace-tree.js';
import type { Replaced } from './replace-tree.js';
import type { Tree } from './tree.js';

type Body = Parameters<typeof replaceTree>[1];
interface Said {
  readonly phases: readonly { readonly id?: string; readonly title: string; readonly tasks: readonly object[] }[];
  readonly cancel?: readonly string[];
  readonly running?: string;
}

const body = ({ phases, cancel = [], running = 'keep' }: Said): Body =>
  ({
    version: 1, title: 'Plan', goal: 'Goal', cancel, running,
    phases: phases.map((phase) => ({ ...phase, tasks: phase.tasks.map((task) => ({ title: 'T', description: '', acceptanceCriteria: [], skills: [], dependsOn: [], priority: 0, estimateMinutes: null, ...task })) })),
  }) as unknown as Body;

/** The request that says what a tree already says. */
const asSaid = (tree: Tree): Said => ({ phases: tree.phases.map(({ id, title, tasks }) => ({ id, title, tasks: tasks.map(({ id: task, title: name, dependsOn }) => ({ id: task, title: name, dependsOn })) })) });
const replaced = (tree: Tree, said: Said) => replaceTree(tree, body(said), counting());
const value = (result: Replaced) => {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.value;
};

const running = aTree({ Build: ['a:done', 'b<-a:in_progress'], Ship: ['c<-b:queued', 'd:cancelled'] });

describe('a whole tree in the place of another', () => {
  it('changes nothing when it is the same', () => {
    expect(isEmpty(changesBetween(running, value(replaced(running, asSaid(running)))))).toBe(true);
  });

  it('refuses to drop tasks that are at work unless they are listed', () => {
    const said: Said = { phases: [{ id: 'Build', title: 'Build', tasks: [{ id: 'a', title: 'Task a' }] }] };
    const refused = replaced(running, said);
    expect(!refused.ok && 'wouldCancel' in refused && refused.wouldCancel.map(({ key }) => key)).toEqual(['SHOP-2', 'SHOP-3']);

    const { tree, cancelled } = value(replaced(running, { ...said, cancel: ['b', 'c'] }));
    expect([...cancelled]).toEqual(['b', 'c']);
    expect(outline(tree)).toEqual({ Build: ['a', 'b<-a'], Ship: ['c<-b', 'd'] });
  });

  it('keeps ended tasks where they were, and drops drafts', () => {
    const mixed = aTree({ Build: ['a:done', 'b'], Ship: ['c'] });
    expect(outline(value(replaced(mixed, { phases: [] })).tree)).toEqual({ Build: ['a'] });
  });

  it('makes new phases and tasks, which others name by ref or key, before and after', () => {
    const { tree } = value(
      replaced(aTree({ Build: ['a'] }), {
        phases: [
          { title: 'First', tasks: [{ ref: 'x', dependsOn: ['y', 'SHOP-1'] }] },
          { id: 'Build', title: 'Build', tasks: [{ id: 'a', title: 'Task a' }, { ref: 'y', dependsOn: ['a', 'a'] }] },
        ],
      }),
    );
    expect(outline(tree)).toEqual({ First: ['n1<-n2,a'], Build: ['a', 'n2<-a'] });
  });

  it('gives every running agent what was chosen', () => {
    expect(value(replaced(running, { ...asSaid(running), running: 'restart' })).choices.get('b')).toBe('restart');
  });

  it.each([
    ['an unknown phase', { phases: [{ id: 'gone', title: 'X', tasks: [] }] }, 'phases[0].id'],
    ['a phase twice', { phases: [{ id: 'Build', title: 'X', tasks: [] }, { id: 'Build', title: 'X', tasks: [] }] }, 'phases[1].id'],
    ['an unknown task', { phases: [{ title: 'X', tasks: [{ id: 'gone' }] }] }, 'phases[0].tasks[0].id'],
    ['a task twice', { phases: [{ title: 'X', tasks: [{ id: 'a' }, { id: 'a' }] }] }, 'phases[0].tasks[1]'],
    ['a ref twice', { phases: [{ title: 'X', tasks: [{ ref: 'r' }, { ref: 'r' }] }] }, 'phases[0].tasks[1]'],
    ['an unknown dependency', { phases: [{ title: 'X', tasks: [{ dependsOn: ['gone'] }] }] }, 'phases[0].tasks[0].dependsOn[0]'],
    ['an unknown task to cancel', { phases: [], cancel: ['gone'] }, 'cancel[0]'],
    ['a task both kept and cancelled', { phases: [{ title: 'X', tasks: [{ id: 'b' }] }], cancel: ['b'] }, 'cancel[0]'],
  ])('refuses %s', (_, said: Said, path) => {
    const refused = replaced(running, said);
    expect(!refused.ok && 'issues' in refused && refused.issues.map((issue) => issue.path)).toContain(path);
  });
});
