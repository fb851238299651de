import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { RunView } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { useNow } from '../../platform/now.js';
import { Link } from '../../platform/router.js';
import { Age, Failure, Sentence, SkeletonRows, StatusIcon, duration, figure } from '../../ui/index.js';
import { PURPOSE_WORDS, RUN_LOOKS } from '../runs/index.js';

/** Every attempt at the task, newest first. */
export function TaskRuns({ taskId }: { readonly taskId: string }): ReactNode {
  const runs = useQuery(queries.taskRuns(taskId));
  if (runs.data === undefined) return runs.error === null ? <SkeletonRows rows={3} label="Runs are being loaded" /> : <Failure error={runs.error} onRetry={runs.refetch} />;
  if (runs.data.length === 0) return <p className="text-muted">No run yet. The first one begins as soon as a machine takes the task; “Why” says what it waits for.</p>;
  return (
    <ul className="-mx-4 divide-y divide-border">
      {runs.data.map((run) => (
        <li key={run.id}>
          <RunRow run={run} />
        </li>
      ))}
    </ul>
  );
}

function RunRow({ run }: { readonly run: RunView }): ReactNode {
  const look = RUN_LOOKS[run.status];
  return (
    <Link href={`/runs/${run.id}`} className="flex flex-col gap-0.5 px-4 py-2 -outline-offset-2 hover:bg-raised/70">
      <span className="flex flex-wrap items-center gap-x-3">
        <StatusIcon look={look} />
        <span className="font-strong">{PURPOSE_WORDS[run.purpose]}</span>
        <span className="text-small text-muted">{ordinal(run)}</span>
        <span className="ml-auto text-small text-muted">{look.word}</span>
        <Took run={run} />
        <Age at={run.createdAt} className="w-13 text-right text-small text-muted" />
      </span>
      <span className="flex flex-wrap gap-x-3 pl-6.5 text-small text-muted">
        {run.sessionName !== null && <span>{run.sessionName}</span>}
        {run.agent !== null && <span>{run.agent}</span>}
        <Used run={run} />
      </span>
      {run.sentence !== null && (
        <span className="max-w-[75ch] pl-6.5">
          <Sentence text={run.sentence} />
        </span>
      )}
    </Link>
  );
}

function ordinal({ attempt, revision, repair }: RunView): string {
  return [...(attempt > 1 ? [`attempt ${attempt}`] : []), ...(revision > 0 ? [`revision ${revision}`] : []), ...(repair > 0 ? [`repair ${repair}`] : [])].join(', ');
}

function Took({ run: { startedAt, endedAt } }: { readonly run: RunView }): ReactNode {
  const now = useNow();
  if (startedAt === null) return null;
  return <span className="text-small text-muted tabular-nums">{duration((endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt))}</span>;
}

function Used({ run: { usage } }: { readonly run: RunView }): ReactNode {
  const tokens = usage.inputTokens + usage.outputTokens;
  if (tokens === 0) return null;
  return (
    <span className="tabular-nums">
      {figure(tokens)} tokens{usage.costUsd !== undefined && usage.costUsd > 0 && ` · $${usage.costUsd.toFixed(2)}`}
    </span>
  );
}
