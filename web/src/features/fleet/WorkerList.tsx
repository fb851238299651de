import type { ReactNode } from 'react';
import type { WorkerView } from '@maestro/protocol';
import { Link } from '../../platform/router.js';
import { Age, StatusIcon } from '../../ui/index.js';
import { JOB_WORDS, PURPOSE_WORDS, WORKER_LOOKS } from './looks.js';

/** The workers of a team: what each is there for, how it is, and what it is at. */
export function WorkerList({ workers }: { readonly workers: readonly WorkerView[] }): ReactNode {
  return (
    <ul className="divide-y divide-border">
      {workers.map((worker) => (
        <WorkerRow key={worker.id} worker={worker} />
      ))}
    </ul>
  );
}

function WorkerRow({ worker }: { readonly worker: WorkerView }): ReactNode {
  const { name, job, status, run, lastSeenAt, endedAt, sentence } = worker;
  const look = WORKER_LOOKS[status];
  const since = endedAt ?? (status === 'silent' ? lastSeenAt : null);
  return (
    <li className="flex flex-col px-4 py-1.5">
      <div className="flex min-h-6 flex-wrap items-center gap-x-3 gap-y-0.5 md:flex-nowrap">
        <StatusIcon look={look} />
        <span className={`min-w-0 truncate md:w-40 md:shrink-0 ${status === 'ended' ? 'text-muted' : ''}`}>{name}</span>
        <span className="w-14 shrink-0 text-small text-muted">{JOB_WORDS[job]}</span>
        <span className="min-w-0 flex-1 max-md:order-last max-md:basis-full max-md:pl-6.5">{run !== null && <WorkLink run={run} />}</span>
        <span className={`shrink-0 text-small max-md:ml-auto ${status === 'silent' ? 'font-strong text-blocked' : 'text-muted'}`}>
          {look.word}
          {since !== null && (
            <>
              {' · '}
              <Age at={since} />
            </>
          )}
        </span>
      </div>
      {sentence !== null && <p className="pl-6.5 text-small text-muted">{sentence}</p>}
    </li>
  );
}

function WorkLink({ run }: { readonly run: NonNullable<WorkerView['run']> }): ReactNode {
  // A later studio may know purposes that this page does not.
  const doing = (PURPOSE_WORDS as Partial<Record<string, string>>)[run.purpose] ?? run.purpose;
  return (
    <Link href={`/runs/${run.id}`} className="inline-flex max-w-full items-center gap-2 hover:underline max-md:min-h-11">
      <span className="truncate">{doing}</span>
      {run.taskKey !== null && <span className="shrink-0 font-mono text-small text-muted">{run.taskKey}</span>}
    </Link>
  );
}
