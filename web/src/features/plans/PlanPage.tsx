import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { MembershipView, PlanTree } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { Age, Callout, CommandLine, Failure, Sentence, SkeletonRows, StatusIcon } from '../../ui/index.js';
import { Link } from '../../platform/router.js';
import { Machines } from '../fleet/index.js';
import { TASK_LOOKS } from '../tasks/index.js';
import { changesBetween, nextStep, standingOf } from './domain/standing.js';
import { PLAN_LOOKS } from './looks.js';
import { PhaseSection } from './PhaseSection.js';
import { PlanStanding } from './PlanStanding.js';

/** A plan: where it stands, what needs somebody, its phases with their tasks, and the machines that work on it. */
export function PlanPage({ planId, memberships }: { readonly planId: string; readonly memberships: readonly MembershipView[] }): ReactNode {
  const plan = useQuery(queries.plan(planId));
  if (plan.data === undefined) {
    return <div className="flex flex-col gap-4 p-4 md:p-6">{plan.error === null ? <SkeletonRows rows={8} label="The plan is being loaded" /> : <Failure error={plan.error} onRetry={plan.refetch} />}</div>;
  }
  return <LoadedPlan plan={plan.data} memberships={memberships} />;
}

function LoadedPlan({ plan, memberships }: { readonly plan: PlanTree; readonly memberships: readonly MembershipView[] }): ReactNode {
  const standing = standingOf(plan.tasks, plan.notices.length);
  useEffect(() => {
    document.title = `${standing.needsYou > 0 ? `(${standing.needsYou}) ` : ''}${plan.title} · Maestro`;
  }, [standing.needsYou, plan.title]);
  return (
    <div className="grid min-h-full content-start lg:grid-cols-[minmax(0,1fr)_19rem] lg:content-stretch">
      <div className="min-w-0">
        <PlanHeader plan={plan} />
        <div className="flex flex-col gap-3 px-4 pb-5 md:px-6">
          <PlanStanding standing={standing} />
          <Notices plan={plan} />
        </div>
        <div className="border-b border-border">
          {plan.phases.map((phase) => (
            <PhaseSection key={phase.id} phase={phase} tasks={plan.tasks.filter(({ phaseId }) => phaseId === phase.id)} />
          ))}
        </div>
        {plan.phases.length === 0 && <EmptyPlan />}
        <Announcements plan={plan} />
      </div>
      <PlanSide plan={plan} memberships={memberships} />
    </div>
  );
}

function PlanHeader({ plan }: { readonly plan: PlanTree }): ReactNode {
  const project = useQuery(queries.project(plan.projectId));
  const look = PLAN_LOOKS[plan.status];
  return (
    <header className="flex flex-col gap-3 px-4 pt-4 pb-5 md:px-6">
      <nav aria-label="Where this plan belongs" className="flex min-h-5 items-center gap-1.5 text-small text-muted">
        <Link href="/" className="hover:text-text">
          Projects
        </Link>
        <span aria-hidden>/</span>
        <span>{project.data?.name}</span>
      </nav>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h1 className="text-title font-strong">{plan.title}</h1>
        <span className="flex items-center gap-1.5 rounded-round border border-border px-2 py-0.5 text-small">
          <StatusIcon look={look} />
          {look.word}
        </span>
      </div>
      {plan.goal !== '' && <p className="max-w-[75ch] text-muted">{plan.goal}</p>}
    </header>
  );
}

/** What stands in the plan's way, and the next step that only a person can take. */
function Notices({ plan }: { readonly plan: PlanTree }): ReactNode {
  const next = nextStep(plan);
  if (plan.notices.length === 0 && next === undefined) return null;
  return (
    <div className="flex flex-col gap-2 pt-2">
      {plan.notices.map(({ code, sentence, at }) => (
        <Callout key={code} kind="warning">
          <p>
            <Sentence text={sentence} />
          </p>
          <Age at={at} className="text-small text-muted" />
        </Callout>
      ))}
      {next !== undefined && (
        <Callout>
          <p>{next.sentence}</p>
          <CommandLine command={next.command} />
        </Callout>
      )}
    </div>
  );
}

function EmptyPlan(): ReactNode {
  return (
    <div className="flex max-w-[60ch] flex-col gap-3 px-4 md:px-6">
      <p className="text-muted">This plan has no tasks yet. Write them down as YAML, JSON or Markdown, and import the file:</p>
      <CommandLine command="maestro plan import plan.yaml" />
    </div>
  );
}

function PlanSide({ plan, memberships }: { readonly plan: PlanTree; readonly memberships: readonly MembershipView[] }): ReactNode {
  const project = useQuery(queries.project(plan.projectId));
  const membership = memberships.find(({ workspaceId }) => workspaceId === project.data?.workspaceId);
  return (
    <aside aria-label="About this plan" className="flex min-w-0 flex-col gap-6 border-border p-4 md:p-6 lg:border-l">
      <section className="flex flex-col gap-3">
        <h2 className="font-strong">Machines</h2>
        {membership === undefined ? <SkeletonRows rows={2} label="Machines are being loaded" /> : <Machines projectId={plan.projectId} membership={membership} />}
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

/** Says politely what changed, for those who cannot see it. */
function Announcements({ plan }: { readonly plan: PlanTree }): ReactNode {
  const before = useRef(plan.tasks);
  const spoken = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    const changes = changesBetween(before.current, plan.tasks, (status) => TASK_LOOKS[status].word);
    before.current = plan.tasks;
    if (changes.length > 0 && spoken.current !== null) spoken.current.textContent = changes.join('. ');
  }, [plan.tasks]);
  return <p ref={spoken} aria-live="polite" className="sr-only" />;
}
