import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult } from '@tanstack/react-query';
import type { PlanTree, PlanView } from '@maestro/protocol';
import { patch, post, queries } from '../../api/index.js';
import { planRequestOf } from './domain/plan-actions.js';
import type { PlanAction } from './domain/plan-actions.js';

interface PlanAct {
  readonly action: PlanAction;
  /** With a pause: agents stop too. */
  readonly stop?: boolean;
}

/** Does something to a plan as a whole. */
export function usePlanAct(plan: PlanTree): UseMutationResult<PlanView, Error, PlanAct> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ action, stop = false }: PlanAct) => {
      const { method, path, body } = planRequestOf(action, plan, { stop });
      return method === 'post' ? post<PlanView>(path, body) : patch<PlanView>(path, body);
    },
    onSuccess: (answer) => client.setQueryData(queries.plan(plan.id).queryKey, (before) => (before === undefined ? before : { ...before, ...answer })),
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: queries.plan(plan.id).queryKey }), client.invalidateQueries({ queryKey: queries.plans(plan.projectId).queryKey })]),
  });
}
