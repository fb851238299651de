import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { PlanView } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { Link } from '../../platform/router.js';
import { Age, CommandLine, Failure, SkeletonRows, StatusIcon } from '../../ui/index.js';
import { inOrder, isUnderWay, standingOf } from './domain/standing.js';
import { PLAN_LOOKS } from './looks.js';
import { StandingBar } from './PlanStanding.js';

/** A project's plans, those under way first. */
export function PlanList({ projectId }: { readonly projectId: string }): ReactNode {
  const plans = useQuery(queries.plans(projectId));
  if (plans.data === undefined) return plans.error === null ? <SkeletonRows rows={2} label="Plans are being loaded" /> : <Failure error={plans.error} onRetry={plans.refetch} />;
  if (plans.data.length === 0) {
    return (
      <div className="flex max-w-[60ch] flex-col gap-3 px-4 py-4">
        <p className="text-muted">No plans yet. A plan takes one goal to merged code, as tasks that agents work on side by side. Write one as YAML, JSON or Markdown, and import it:</p>
        <CommandLine command="maestro plan import plan.yaml" />
      </div>
    );
  }
  return (
    <ul className="divide-y divide-border">
      {inOrder(plans.data).map((plan) => (
        <li key={plan.id}>
          <PlanRow plan={plan} />
        </li>
      ))}
    </ul>
  );
}

function PlanRow({ plan }: { readonly plan: PlanView }): ReactNode {
  const look = PLAN_LOOKS[plan.status];
  const isOver = !isUnderWay(plan.status) && plan.status !== 'draft';
  return (
    <Link href={`/plans/${plan.id}`} className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-2 -outline-offset-2 hover:bg-raised/70">
      <StatusIcon look={look} />
      <span className={`min-w-0 flex-1 truncate ${isOver ? 'text-muted' : 'font-strong'}`}>{plan.title}</span>
      <span className="flex items-center gap-4 max-md:order-last max-md:basis-full max-md:pl-6.5">
        {isUnderWay(plan.status) && <HowFar planId={plan.id} />}
        <span className="w-18 shrink-0 text-small text-muted">{look.word}</span>
      </span>
      <Age at={plan.updatedAt} className="w-13 shrink-0 text-right text-small text-muted" />
    </Link>
  );
}

/** Only of plans under way: there are few of them, and theirs is the progress that people look for. */
function HowFar({ planId }: { readonly planId: string }): ReactNode {
  const plan = useQuery(queries.plan(planId));
  if (plan.data === undefined) return <span className="w-40" />;
  const standing = standingOf(plan.data.tasks, plan.data.notices.length);
  return (
    <span className="flex items-center gap-3">
      {standing.needsYou > 0 && (
        <span className="text-small font-strong text-blocked">
          {standing.needsYou} {standing.needsYou === 1 ? 'needs' : 'need'} you
        </span>
      )}
      <StandingBar standing={standing} className="w-20" />
      <span className="w-10 text-small text-muted tabular-nums">
        <span aria-hidden>
          {standing.landed}/{standing.total}
        </span>
        <span className="sr-only">
          {standing.landed} of {standing.total} tasks landed
        </span>
      </span>
    </span>
  );
}
