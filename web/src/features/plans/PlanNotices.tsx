import type { ReactNode } from 'react';
import type { MembershipView, PlanTree } from '@maestro/protocol';
import { Age, Button, Callout, Sentence } from '../../ui/index.js';
import { RaiseBudget, mayRaise } from '../budget/index.js';
import { PLAN_ACTION_WORDS, planActionsOf } from './domain/plan-actions.js';
import { nextStep } from './domain/standing.js';
import { usePlanAct } from './use-plan-act.js';

/** What stands in the plan's way with what helps, and the next step that only a person can take. */
export function PlanNotices({ plan, membership }: { readonly plan: PlanTree; readonly membership: MembershipView }): ReactNode {
  const acting = usePlanAct(plan);
  const next = nextStep(plan);
  if (plan.notices.length === 0 && next === undefined) return null;
  const offered = planActionsOf(plan, membership.roles);
  return (
    <div className="flex flex-col gap-2 pt-1">
      {plan.notices.map(({ code, sentence, at, actions }) => (
        <Callout key={code} kind="warning">
          <p>
            <Sentence text={sentence} />
          </p>
          <div className="flex flex-wrap items-center gap-2">
            {offered.filter((action) => actions.includes(action) && PLAN_ACTION_WORDS[action].asks !== true).map((action) => (
              <Button key={action} className="max-md:h-11" disabled={acting.isPending} onClick={() => acting.mutate({ action })}>
                {PLAN_ACTION_WORDS[action].name}
              </Button>
            ))}
            {mayRaise(actions, membership.roles) && <RaiseBudget projectId={plan.projectId} of="plan" />}
            <Age at={at} className="text-small text-muted" />
          </div>
        </Callout>
      ))}
      {next !== undefined && (
        <Callout>
          <p>{next}</p>
        </Callout>
      )}
      {acting.error !== null && (
        <Callout kind="problem" urgent>
          <p>
            <Sentence text={acting.error.message} />
          </p>
        </Callout>
      )}
    </div>
  );
}
