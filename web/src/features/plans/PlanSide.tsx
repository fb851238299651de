import type { ReactNode } from 'react';
import type { MembershipView, PlanTree } from '@maestro/protocol';
import { Machines } from '../fleet/index.js';

/** The machines that may work on the plan, and its branches. */
export function PlanSide({ plan, membership }: { readonly plan: PlanTree; readonly membership: MembershipView }): ReactNode {
  return (
    <aside aria-label="About this plan" className="flex min-w-0 flex-col gap-6 border-border p-4 md:p-6 lg:border-l">
      <section className="flex flex-col gap-3">
        <h2 className="font-strong">Machines</h2>
        <Machines projectId={plan.projectId} membership={membership} />
      </section>
      <section className="flex flex-col gap-2">
        <h2 className="font-strong">Branches</h2>
        <dl className="flex flex-col gap-1.5 text-small">
          <Branch label="Epic" value={plan.epicBranch ?? 'made when the plan is activated'} isName={plan.epicBranch !== null} />
          <Branch label="Base" value={plan.baseBranch} isName />
          {plan.releaseCommit !== null && <Branch label="Released" value={plan.releaseCommit.slice(0, 12)} isName />}
        </dl>
      </section>
    </aside>
  );
}

function Branch({ label, value, isName }: { readonly label: string; readonly value: string; readonly isName: boolean }): ReactNode {
  return (
    <div className="flex gap-3">
      <dt className="w-14 shrink-0 text-muted">{label}</dt>
      <dd className={`min-w-0 break-words ${isName ? 'font-mono' : 'text-muted'}`}>{value}</dd>
    </div>
  );
}
