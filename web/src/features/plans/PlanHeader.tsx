import type { ReactNode } from 'react';
import type { MembershipView, PlanTree } from '@maestro/protocol';
import { Link } from '../../platform/router.js';
import { StatusIcon } from '../../ui/index.js';
import { PLAN_LOOKS } from './looks.js';
import { PlanActions } from './PlanActions.js';

interface PlanHeaderProps {
  readonly plan: PlanTree;
  readonly projectName: string;
  readonly membership: MembershipView;
  /** Leaves the goal out, where the room is needed for the tasks. */
  readonly brief: boolean;
}

export function PlanHeader({ plan, projectName, membership, brief }: PlanHeaderProps): ReactNode {
  const look = PLAN_LOOKS[plan.status];
  return (
    <header className={`flex flex-col gap-2 px-4 pt-4 md:px-6 ${brief ? 'pb-2' : 'pb-4'}`}>
      <nav aria-label="Where this plan belongs" className={`flex min-h-5 items-center gap-1.5 text-small text-muted ${brief ? 'max-md:hidden' : ''}`}>
        <Link href="/" className="hover:text-text">
          Projects
        </Link>
        <span aria-hidden>/</span>
        <span className="truncate">{projectName}</span>
      </nav>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h1 className="min-w-0 text-title font-strong">{plan.title}</h1>
        <span className="flex items-center gap-1.5 rounded-round border border-border px-2 py-0.5 text-small">
          <StatusIcon look={look} />
          {look.word}
        </span>
        <span className="flex-1" />
        <PlanActions plan={plan} membership={membership} />
      </div>
      {!brief && plan.goal !== '' && <p className="max-w-[75ch] text-muted">{plan.goal}</p>}
    </header>
  );
}
