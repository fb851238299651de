import { levelsOf } from './levels.js';
import type { ParseIssue } from './parse-result.js';
import { quote } from './parse-result.js';
import type { DraftProposal, DraftTask } from './proposal-reader.js';
import type { Proposal, ProposedTask } from './proposal-schema.js';

export interface KnownSkills {
  /** Slugs of the workspace's skills; without it any well-formed slug is taken. */
  readonly knownSkills?: ReadonlySet<string>;
}

/** Suggestions in a message; the whole list of a large workspace would bury the mistake. */
const MAX_NAMED = 15;

/** The rules between tasks: unique keys, dependencies that exist, no cycles, skills that somebody could have. */
export function checkTasks(tasks: readonly (DraftTask & { readonly finalKey: string })[], { knownSkills }: KnownSkills): ParseIssue[] {
  const issues: ParseIssue[] = [];
  const first = new Map<string, DraftTask>();
  for (const task of tasks) {
    const earlier = first.get(task.finalKey);
    if (earlier === undefined) first.set(task.finalKey, task);
    else issues.push({ ...(task.key?.at ?? task.at), path: `${task.path}.key`, message: `The key ${quote(task.finalKey)} is already that of the task in line ${earlier.at.line}; each task needs its own.` });
  }
  for (const task of tasks) {
    for (const { key, at, path } of task.dependsOn) {
      if (key === task.finalKey) issues.push({ ...at, path, message: `${quote(key)} depends on itself.` });
      else if (!first.has(key)) issues.push({ ...at, path, message: `There is no task with the key ${quote(key)}.` });
    }
    for (const { slug, at, path } of task.skills) {
      if (knownSkills === undefined || knownSkills.has(slug)) continue;
      const names = [...knownSkills].sort();
      const more = names.length > MAX_NAMED ? `, and ${names.length - MAX_NAMED} more` : '';
      issues.push({ ...at, path, message: `The workspace has no skill ${quote(slug)}. It has: ${names.slice(0, MAX_NAMED).join(', ') || 'none yet'}${more}.` });
    }
  }
  return [...issues, ...cycleIssues(tasks, first)];
}

function cycleIssues(tasks: readonly (DraftTask & { readonly finalKey: string })[], first: ReadonlyMap<string, DraftTask>): ParseIssue[] {
  const graph = tasks.map((task) => ({
    key: task.finalKey,
    // A task that depends on itself has been reported as that.
    dependsOn: task.dependsOn.flatMap(({ key }) => (key === task.finalKey ? [] : [key])),
  }));
  return levelsOf(graph).cycles.map((cycle) => {
    const task = first.get(cycle[0] ?? '');
    const names = [...cycle, cycle[0] ?? ''];
    const shown = names.length > MAX_NAMED ? [...names.slice(0, MAX_NAMED - 1), '…', names.at(-1)] : names;
    return { ...(task?.at ?? { line: 1, column: 1 }), path: `${task?.path ?? 'phases'}.dependsOn`, message: `These tasks wait for each other: ${shown.join(' → ')}. Remove one of these dependencies.` };
  });
}

/** Keys for tasks that have none: `task-<number>`, past any key that the author chose. */
export function giveKeys(draft: DraftProposal): (DraftTask & { readonly finalKey: string })[] {
  const all = draft.phases.flatMap((phase) => phase.tasks);
  const taken = new Set(all.flatMap((task) => (task.key === undefined ? [] : [task.key.text])));
  return all.map((task, index) => {
    if (task.key !== undefined) return { ...task, finalKey: task.key.text };
    let key = `task-${index + 1}`;
    for (let suffix = 2; taken.has(key); suffix += 1) key = `task-${index + 1}-${suffix}`;
    taken.add(key);
    return { ...task, finalKey: key };
  });
}

/** The value without its places. Of dependencies and skills that are named twice, the first counts. */
export function toProposal(draft: DraftProposal, keyed: readonly (DraftTask & { readonly finalKey: string })[]): Proposal {
  const byPath = new Map(keyed.map((task) => [task.path, task]));
  return {
    ...(draft.title === undefined ? {} : { title: draft.title }),
    ...(draft.goal === undefined ? {} : { goal: draft.goal }),
    phases: draft.phases.map((phase) => ({
      title: phase.title,
      tasks: phase.tasks.flatMap((task) => {
        const withKey = byPath.get(task.path);
        return withKey === undefined ? [] : [toTask(withKey)];
      }),
    })),
  };
}

function toTask(task: DraftTask & { readonly finalKey: string }): ProposedTask {
  const skills = new Map<string, number>();
  for (const { slug, min } of task.skills) if (!skills.has(slug)) skills.set(slug, min);
  return {
    key: task.finalKey,
    title: task.title,
    description: task.description,
    acceptanceCriteria: task.acceptanceCriteria,
    dependsOn: [...new Set(task.dependsOn.map(({ key }) => key))],
    skills: [...skills].map(([slug, min]) => ({ slug, min })),
    ...(task.estimateMinutes === undefined ? {} : { estimateMinutes: task.estimateMinutes }),
    ...(task.priority === undefined ? {} : { priority: task.priority }),
  };
}
