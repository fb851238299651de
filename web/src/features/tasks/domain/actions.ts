import { LIVE_TASK_STATES, mayDo } from '@maestro/protocol';
import type { Role, TaskView } from '@maestro/protocol';

/** What a person can do to a task. The studio decides; this is what it would take, so that nothing else is offered. */
export const TASK_ACTIONS = ['accept', 'decline', 'answer', 'approve', 'confirm', 'retry', 'start', 'drop_dependencies', 'treat_as_done', 'assign', 'stop', 'cancel'] as const;
export type TaskAction = (typeof TASK_ACTIONS)[number];

/** Who looks at the task: their membership in its workspace. */
export interface Viewer {
  readonly memberId: string;
  readonly roles: readonly Role[];
}

type Seen = Pick<TaskView, 'status' | 'blocked' | 'assignee' | 'acceptedAt' | 'head'>;

/** The actions of a task as it stands, for whoever looks at it, in the order in which they are shown: what helps first, what ends it last. */
export function actionsOf(task: Seen, viewer: Viewer): readonly TaskAction[] {
  const offered = new Set<TaskAction>();
  if (task.status === 'done' || task.status === 'cancelled') return [];
  if (task.assignee === viewer.memberId && task.acceptedAt === null && mayDo(viewer.roles, 'task.accept')) {
    offered.add('accept');
    offered.add('decline');
  }
  if (mayDo(viewer.roles, 'task.assign')) offered.add('assign');
  if (mayDo(viewer.roles, 'task.operate')) for (const action of operations(task)) offered.add(action);
  return TASK_ACTIONS.filter((action) => offered.has(action));
}

function operations({ status, blocked, head }: Seen): readonly TaskAction[] {
  if (blocked !== null) {
    const waits = blocked.code === 'manual_attention' || blocked.code === 'budget';
    // Its run waits for somebody, so there is something to stop. A budget is raised in the project's policy, which has a button of its own.
    return [...blocked.actions.filter((action) => action !== 'raise_budget'), ...(waits ? (['stop'] as const) : [])];
  }
  const live = (LIVE_TASK_STATES as readonly string[]).includes(status);
  return [...(status === 'queued' ? (['start'] as const) : []), ...(status === 'in_review' && head !== null ? (['approve'] as const) : []), ...(live ? (['stop'] as const) : []), 'cancel'];
}
