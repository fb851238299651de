import { useDeferredValue, useEffect, useMemo, useRef } from 'react';
import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { MembershipView, PlanTree, TaskView } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { addressWith, setSearch, useSearch } from '../../platform/router.js';
import { CommandLine, Failure, SkeletonRows } from '../../ui/index.js';
import { Board } from '../board/index.js';
import { ProjectPauses } from '../pauses/index.js';
import { TASK_LOOKS, TaskDrawer } from '../tasks/index.js';
import { filtered } from './domain/list.js';
import { changesBetween, isUnderWay, standingOf } from './domain/standing.js';
import { PlanHeader } from './PlanHeader.js';
import { PlanNotices } from './PlanNotices.js';
import { PlanSide } from './PlanSide.js';
import { PlanStanding } from './PlanStanding.js';
import { PlanToolbar } from './PlanToolbar.js';
import { TaskList } from './TaskList.js';

/** A plan: where it stands, what needs somebody, its tasks as a list or a board, and the machines that work on it. */
export function PlanPage({ planId, memberships }: { readonly planId: string; readonly memberships: readonly MembershipView[] }): ReactNode {
  const plan = useQuery(queries.plan(planId));
  const project = useQuery({ ...queries.project(plan.data?.projectId ?? ''), enabled: plan.data !== undefined });
  const membership = memberships.find(({ workspaceId }) => workspaceId === project.data?.workspaceId);
  const error = plan.error ?? project.error;
  if (plan.data === undefined || membership === undefined) {
    const again = (): unknown => (plan.error === null ? project.refetch() : plan.refetch());
    return <div className="flex flex-col gap-4 p-4 md:p-6">{error === null ? <SkeletonRows rows={8} label="The plan is being loaded" /> : <Failure error={error} onRetry={again} />}</div>;
  }
  return <LoadedPlan plan={plan.data} membership={membership} projectName={project.data?.name ?? ''} />;
}

interface LoadedPlanProps {
  readonly plan: PlanTree;
  readonly membership: MembershipView;
  readonly projectName: string;
}

function LoadedPlan({ plan, membership, projectName }: LoadedPlanProps): ReactNode {
  const search = useSearch();
  const isBoard = search.get('view') === 'board';
  const opened = search.get('task');
  const typed = useDeferredValue(search.get('q') ?? '');
  const tasks = useMemo(() => filtered(plan.tasks, typed, ({ status }) => TASK_LOOKS[status].word), [plan.tasks, typed]);
  const standing = standingOf(plan.tasks, plan.notices.length);
  useEffect(() => {
    document.title = `${standing.needsYou > 0 ? `(${standing.needsYou}) ` : ''}${plan.title} · Maestro`;
  }, [standing.needsYou, plan.title]);
  const head = (
    <>
      <PlanHeader plan={plan} projectName={projectName} membership={membership} brief={isBoard} />
      <div className={`flex flex-col gap-3 px-4 md:px-6 ${isBoard ? 'pb-3' : 'pb-4'}`}>
        <PlanStanding standing={standing} />
        {isUnderWay(plan.status) && <ProjectPauses projectId={plan.projectId} membership={membership} />}
        <PlanNotices plan={plan} membership={membership} />
      </div>
      {plan.tasks.length > 0 && <PlanToolbar isBoard={isBoard} shown={tasks.length} total={plan.tasks.length} />}
    </>
  );
  const nothing = plan.tasks.length === 0 ? <EmptyPlan /> : tasks.length === 0 ? <p className="px-4 py-3 text-muted md:px-6">No task holds what you typed.</p> : undefined;
  return (
    <>
      {isBoard ? (
        <div className="flex min-h-full flex-col md:h-full">
          <div className="shrink-0">{head}</div>
          {nothing ?? <Board plan={plan} tasks={tasks} membership={membership} hrefOf={hrefOf} />}
        </div>
      ) : (
        <div className="grid min-h-full content-start lg:grid-cols-[minmax(0,1fr)_19rem] lg:content-stretch">
          <div className="min-w-0">
            {head}
            {nothing ?? <TaskList plan={plan} tasks={tasks} membership={membership} grouping={search.get('by') === 'levels' ? 'levels' : 'phases'} opened={opened ?? undefined} />}
          </div>
          <PlanSide plan={plan} membership={membership} />
        </div>
      )}
      {opened !== null && <TaskDrawer plan={plan} taskKey={opened} membership={membership} onClose={closeTask} />}
      <Announcements plan={plan} />
    </>
  );
}

const hrefOf = ({ key }: TaskView): string => addressWith({ task: key });
const closeTask = (): void => setSearch({ task: null, tab: null });

function EmptyPlan(): ReactNode {
  return (
    <div className="flex max-w-[60ch] flex-col gap-3 px-4 md:px-6">
      <p className="text-muted">This plan has no tasks yet. Write them down as YAML, JSON or Markdown, and import the file:</p>
      <CommandLine command="maestro plan import plan.yaml" />
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
