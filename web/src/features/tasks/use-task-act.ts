import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { QueryClient, UseMutationResult } from '@tanstack/react-query';
import type { PlanTree, TaskStatus, TaskView } from '@maestro/protocol';
import { post, queries } from '../../api/index.js';
import type { ActionRequest } from './domain/requests.js';

export interface Act {
  readonly task: TaskView;
  readonly request: ActionRequest;
  /** Where the task is shown until the studio has answered; without it, where it stands. */
  readonly becomes?: TaskStatus;
}

/** Does something to a task: shown at once, taken back if the studio refuses. The refusal's sentence is the mutation's error. */
export function useTaskAct(): UseMutationResult<TaskView, Error, Act, TaskView | undefined> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ request: { path, body } }: Act) => post<TaskView>(path, body),
    onMutate: async ({ task, becomes }: Act) => {
      if (becomes === undefined || becomes === task.status) return undefined;
      // An answer that was asked for before would put it back for a moment.
      await client.cancelQueries({ queryKey: queries.plan(task.planId).queryKey });
      show(client, { ...task, ...standing(task, becomes) });
      return task;
    },
    onSuccess: (answer) => show(client, answer),
    // Only this task: what else the feed has brought meanwhile stays.
    onError: (_error, _act, before) => {
      if (before !== undefined) show(client, before);
    },
    onSettled: (_answer, _error, { task }) => Promise.all([client.invalidateQueries({ queryKey: queries.plan(task.planId).queryKey }), client.invalidateQueries({ queryKey: queries.task(task.id).queryKey })]),
  });
}

function standing(task: TaskView, status: TaskStatus): Pick<TaskView, 'status' | 'blocked'> {
  if (status !== 'blocked') return { status, blocked: null };
  return { status, blocked: { code: 'stopped', from: task.status, sentence: 'It is being stopped.', actions: [] } };
}

function show(client: QueryClient, task: TaskView): void {
  client.setQueryData<PlanTree>(queries.plan(task.planId).queryKey, (plan) => plan === undefined ? plan : { ...plan, tasks: plan.tasks.map((each) => (each.id === task.id ? { ...each, ...task } : each)) });
  client.setQueryData(queries.task(task.id).queryKey, (detail) => (detail === undefined ? detail : { ...detail, ...task }));
}
