import type { TaskStatus } from '@maestro/protocol';
import { levelsOf } from '@maestro/protocol';
import type { Tree, TreeTask } from '../domain/tree.js';

/** `{ Build: ['a', 'b<-a', 'c<-a,b:done'] }`: phases with tasks; a task is `id`, `<-` what it depends on, `:` its status (draft unless said). */
export function aTree(phases: Readonly<Record<string, readonly string[]>>): Tree {
  const specs = Object.entries(phases).map(([title, tasks]) => ({ title, tasks: tasks.map(specOf) }));
  const all = specs.flatMap(({ tasks }) => tasks);
  const { levelOf } = levelsOf(all.map(({ id, dependsOn }) => ({ key: id, dependsOn })));
  return {
    title: 'Plan',
    goal: 'Goal',
    phases: specs.map(({ title, tasks }) => ({
      id: title,
      title,
      tasks: tasks.map((spec, position) => ({
        ...emptyTask(spec.id),
        key: `SHOP-${all.findIndex(({ id }) => id === spec.id) + 1}`,
        status: spec.status,
        dependsOn: spec.dependsOn,
        stored: { phaseId: title, position, level: levelOf.get(spec.id) ?? 0 },
      })),
    })),
  };
}

function emptyTask(id: string): TreeTask {
  return { id, key: null, status: 'new', title: `Task ${id}`, description: '', acceptanceCriteria: [], skills: [], priority: 0, estimateMinutes: null, dependsOn: [], stored: null };
}

function specOf(spec: string): { readonly id: string; readonly dependsOn: readonly string[]; readonly status: TaskStatus } {
  const [, id = '', dependsOn = '', status = 'draft'] = /^([^<:]+)(?:<-([^:]*))?(?::(.*))?$/.exec(spec) ?? [];
  return { id, dependsOn: dependsOn === '' ? [] : dependsOn.split(','), status: status as TaskStatus };
}

/** The other way round, for reading in a test's failure: titles of phases with `id<-dependencies`. */
export function outline(tree: Tree): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(tree.phases.map(({ title, tasks }) => [title, tasks.map(({ id, dependsOn }) => (dependsOn.length === 0 ? id : `${id}<-${dependsOn.join(',')}`))]));
}

/** Ids `n1`, `n2`, … in the order asked for. */
export function counting(): () => string {
  let count = 0;
  return () => `n${(count += 1)}`;
}
