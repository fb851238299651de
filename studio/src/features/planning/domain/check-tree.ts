import { levelsOf, PROPOSAL_LIMITS, unstorable } from '@maestro/protocol';
import { tasksOf } from './tree.js';
import type { EditedTree, EditIssue, Tree, TreeTask } from './tree.js';

/**
 * What must be true of a tree as a whole: not too large, nothing that waits for itself, no task that waits for others in a circle, no
 * skill that the workspace does not have. A task that was not touched is not looked at for its skills: one that was taken off the list
 * since must not stand in the way of another task's edit.
 */
export function checkTree(before: Tree, { tree, places }: EditedTree, knownSkills: ReadonlySet<string>): readonly EditIssue[] {
  const tasks = tasksOf(tree);
  const place = (task: TreeTask | undefined): string => (task === undefined ? 'phases' : (places.get(task.id) ?? nameOf(task)));
  const issues: EditIssue[] = [];
  if (tasks.length > PROPOSAL_LIMITS.tasks) issues.push({ path: 'phases', message: `A plan has at most ${PROPOSAL_LIMITS.tasks} tasks; this would make ${tasks.length}. Make a second plan.` });
  if (tree.phases.length > PROPOSAL_LIMITS.phases) issues.push({ path: 'phases', message: `A plan has at most ${PROPOSAL_LIMITS.phases} phases; this would make ${tree.phases.length}.` });

  if ([tree.title, tree.goal, ...tree.phases.map(({ title }) => title)].some(unstorable)) issues.push({ path: 'phases', message: `A title or the goal ${UNSTORABLE}` });
  for (const task of tasks) if ([task.title, task.description, ...task.acceptanceCriteria].some(unstorable)) issues.push({ path: place(task), message: `A text of this task ${UNSTORABLE}` });

  const byId = new Map(tasks.map((task) => [task.id, task]));
  for (const task of tasks) if (task.dependsOn.includes(task.id)) issues.push({ path: `${place(task)}.dependsOn`, message: `${nameOf(task)} depends on itself.` });
  const graph = tasks.map(({ id, dependsOn }) => ({ key: id, dependsOn: dependsOn.filter((other) => other !== id) }));
  for (const cycle of levelsOf(graph).cycles) {
    const names = [...cycle, cycle[0] ?? ''].map((id) => nameOf(byId.get(id)));
    issues.push({ path: `${place(byId.get(cycle[0] ?? ''))}.dependsOn`, message: `These tasks wait for each other: ${names.join(' → ')}. Remove one of these dependencies.` });
  }
  return [...issues, ...skillIssues(before, tasks, knownSkills, place)];
}

const UNSTORABLE = 'holds a control character or half of a surrogate pair; remove it.';

function skillIssues(before: Tree, tasks: readonly TreeTask[], knownSkills: ReadonlySet<string>, place: (task: TreeTask) => string): readonly EditIssue[] {
  const earlier = new Map(tasksOf(before).map((task) => [task.id, new Set(task.skills.map(({ slug }) => slug))]));
  return tasks.flatMap((task) =>
    task.skills.flatMap(({ slug }, index) =>
      knownSkills.has(slug) || earlier.get(task.id)?.has(slug) === true
        ? []
        : [{ path: `${place(task)}.skills[${index}]`, message: `The workspace has no skill "${slug}". Add it to the workspace first, or choose another.` }],
    ),
  );
}

/** How a message names a task: by its key, or by its title while it has none. */
function nameOf(task: TreeTask | undefined): string {
  return task === undefined ? 'a task' : (task.key ?? `"${task.title}"`);
}
