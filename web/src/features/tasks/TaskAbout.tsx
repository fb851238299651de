import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { PROFICIENCIES } from '@maestro/protocol';
import type { PlanTree, Proficiency, TaskView } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { Link, addressWith } from '../../platform/router.js';
import { Age, Markdown, StatusIcon, duration } from '../../ui/index.js';
import { TASK_LOOKS } from './looks.js';

interface TaskAboutProps {
  readonly plan: PlanTree;
  readonly task: TaskView;
  readonly workspaceId: string;
}

/** What the task asks for: its text, what has to be true at the end, and what it needs. */
export function TaskAbout({ plan, task, workspaceId }: TaskAboutProps): ReactNode {
  return (
    <>
      {task.description !== '' && <Markdown text={task.description} />}
      {task.acceptanceCriteria.length > 0 && (
        <section className="flex flex-col gap-1">
          <h3 className="text-small text-muted">Done when</h3>
          <ul className="flex max-w-[80ch] list-disc flex-col gap-0.5 pl-5">
            {task.acceptanceCriteria.map((criterion, index) => (
              <li key={index}>
                <Markdown text={criterion} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <dl className="grid grid-cols-[6.5rem_minmax(0,1fr)] items-baseline gap-x-3 gap-y-1.5">
        <Detail name="Assignee">
          <Assignee task={task} workspaceId={workspaceId} />
        </Detail>
        {task.skills.length > 0 && (
          <Detail name="Needs">
            <span className="flex flex-wrap gap-1.5">
              {task.skills.map(({ slug, min }) => (
                <span key={slug} className="rounded-round border border-border px-2 text-small leading-5" title={`${slug}: ${levelOf(min)} or better`}>
                  {slug} <span className="text-muted">{levelOf(min)}</span>
                </span>
              ))}
            </span>
          </Detail>
        )}
        <Tasks name="Waits for" tasks={plan.tasks.filter(({ id }) => task.dependsOn.includes(id))} />
        <Tasks name="Waited for by" tasks={plan.tasks.filter(({ dependsOn }) => dependsOn.includes(task.id))} />
        {task.estimateMinutes !== null && <Detail name="Estimate">{duration(task.estimateMinutes * 60_000)}</Detail>}
        <Detail name="Branch">
          <code className="font-mono text-small break-all">{task.branch}</code>
        </Detail>
        {task.head !== null && (
          <Detail name={task.mergeCommit === null ? 'Head' : 'Landed as'}>
            <code className="font-mono text-small">{(task.mergeCommit ?? task.head).slice(0, 12)}</code>
          </Detail>
        )}
        <Detail name="Last change">
          <Age at={task.updatedAt} />
        </Detail>
      </dl>
    </>
  );
}

function Detail({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt className="text-small text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

function levelOf(level: number): string {
  return PROFICIENCIES[level as Proficiency];
}

function Assignee({ task, workspaceId }: { readonly task: TaskView; readonly workspaceId: string }): ReactNode {
  const members = useQuery(queries.members(workspaceId));
  if (task.assignee === null) return <span className="text-muted">Nobody: any machine that suits may take it</span>;
  const name = members.data?.find(({ id }) => id === task.assignee)?.name ?? '…';
  return (
    <>
      {name}
      {task.acceptedAt === null && <span className="text-muted"> has not accepted yet</span>}
    </>
  );
}

/** Tasks as links that show them here, with where they stand. */
function Tasks({ name, tasks }: { readonly name: string; readonly tasks: readonly TaskView[] }): ReactNode {
  if (tasks.length === 0) return null;
  return (
    <Detail name={name}>
      <ul className="flex flex-col gap-1">
        {tasks.map(({ id, key, title, status }) => (
          <li key={id}>
            <Link href={addressWith({ task: key })} className="flex min-w-0 items-center gap-2 hover:underline max-md:min-h-11" title={title}>
              <StatusIcon look={TASK_LOOKS[status]} named />
              <span className="shrink-0 font-mono text-small text-muted">{key}</span>
              <span className="truncate">{title}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Detail>
  );
}
