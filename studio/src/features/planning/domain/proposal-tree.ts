import type { Proposal, ProposedTask } from '@maestro/protocol';
import { tasksOf } from './tree.js';
import type { Tree, TreeTask } from './tree.js';

/**
 * The tree of a proposal that the parser has accepted. Its keys are the author's own and end here.
 *
 * @param fallback what the plan is called where the proposal does not say.
 * @param makeId makes the ids of phases and tasks.
 */
export function treeOfProposal(proposal: Proposal, fallback: { readonly title: string; readonly goal: string }, makeId: () => string): Tree {
  const ids = new Map(proposal.phases.flatMap(({ tasks }) => tasks.map(({ key }): [string, string] => [key, makeId()])));
  return {
    title: proposal.title ?? fallback.title,
    goal: proposal.goal ?? fallback.goal,
    phases: proposal.phases.map(({ title, tasks }) => ({ id: makeId(), title, tasks: tasks.map((task) => proposedTask(task, ids)) })),
  };
}

function proposedTask(task: ProposedTask, ids: ReadonlyMap<string, string>): TreeTask {
  const { title, description, acceptanceCriteria, skills, priority = 0, estimateMinutes = null } = task;
  return {
    id: ids.get(task.key) ?? '',
    key: null,
    status: 'new',
    title,
    description,
    acceptanceCriteria,
    skills,
    priority,
    estimateMinutes,
    dependsOn: task.dependsOn.flatMap((key) => ids.get(key) ?? []),
    stored: null,
  };
}

/**
 * The proposal that would make this tree again, with the project's keys. Cancelled tasks are not part of it, and what waited for them
 * does not in it.
 */
export function proposalOfTree(tree: Tree): Proposal {
  const alive = new Map(tasksOf(tree).flatMap((task): [string, string][] => (task.status === 'cancelled' ? [] : [[task.id, task.key ?? task.id]])));
  return {
    title: tree.title,
    ...(tree.goal === '' ? {} : { goal: tree.goal }),
    phases: tree.phases.map(({ title, tasks }) => ({ title, tasks: tasks.flatMap((task) => (alive.has(task.id) ? [asProposed(task, alive)] : [])) })),
  };
}

function asProposed(task: TreeTask, keys: ReadonlyMap<string, string>): ProposedTask {
  const { id, title, description, acceptanceCriteria, dependsOn, skills, estimateMinutes, priority } = task;
  return {
    key: keys.get(id) ?? id,
    title,
    description,
    acceptanceCriteria,
    dependsOn: dependsOn.flatMap((other) => keys.get(other) ?? []),
    skills: skills.map(({ slug, min }) => ({ slug, min })),
    ...(estimateMinutes === null ? {} : { estimateMinutes }),
    ...(priority === 0 ? {} : { priority }),
  };
}
