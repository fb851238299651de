import type { ReactNode } from 'react';
import { useQueries, useQuery } from '@tanstack/react-query';
import type { MembershipView, PlanView } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { Link, usePath } from '../../platform/router.js';
import { StatusIcon } from '../../ui/index.js';
import { inOrder, isUnderWay, standingOf } from './domain/standing.js';
import { PLAN_LOOKS } from './looks.js';

/** The plans in which something happens, one click away from everywhere, each with how much of it waits for a person. */
export function PlansUnderWay({ memberships }: { readonly memberships: readonly MembershipView[] }): ReactNode {
  const projects = useQueries({ queries: memberships.map(({ workspaceId }) => queries.projects(workspaceId)) }).flatMap(({ data }) => data ?? []);
  const plans = useQueries({ queries: projects.map(({ id }) => queries.plans(id)) }).flatMap(({ data }) => data ?? []);
  const underWay = inOrder(plans.filter(({ status }) => isUnderWay(status)));
  if (underWay.length === 0) return null;
  return (
    <section aria-labelledby="under-way" className="flex min-h-0 flex-col gap-1 overflow-y-auto">
      <h2 id="under-way" className="px-2 text-small text-muted">
        Under way
      </h2>
      <ul className="flex flex-col gap-0.5">
        {underWay.map((plan) => (
          <li key={plan.id}>
            <PlanLink plan={plan} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function PlanLink({ plan }: { readonly plan: PlanView }): ReactNode {
  const href = `/plans/${plan.id}`;
  const isHere = usePath() === href;
  const tree = useQuery(queries.plan(plan.id));
  const needsYou = tree.data === undefined ? 0 : standingOf(tree.data.tasks, tree.data.notices.length).needsYou;
  return (
    <Link href={href} aria-current={isHere ? 'page' : undefined} className="flex h-8 items-center gap-2.5 rounded-control px-2 text-muted -outline-offset-2 hover:bg-raised hover:text-text aria-[current]:bg-raised aria-[current]:text-text">
      <span className="flex size-4 items-center justify-center">
        <StatusIcon look={PLAN_LOOKS[plan.status]} named />
      </span>
      <span className="min-w-0 flex-1 truncate">{plan.title}</span>
      {needsYou > 0 && (
        <span className="text-small font-strong text-blocked tabular-nums">
          {needsYou}
          <span className="sr-only"> {needsYou === 1 ? 'needs' : 'need'} you</span>
        </span>
      )}
    </Link>
  );
}
