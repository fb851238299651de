import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { RunView } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { useNow } from '../../platform/now.js';
import { Link } from '../../platform/router.js';
import { Age, Sentence, StatusIcon, counted, duration, figure } from '../../ui/index.js';
import { CancelRun } from './CancelRun.js';
import { outcomeSentence } from './domain/outcome.js';
import { PURPOSE_WORDS, RUN_LOOKS, WAIT_WORDS } from './looks.js';

/** What a run is: whose work, where, by whom, how it stands, what it has used. */
export function RunHeader({ run, title, model }: { readonly run: RunView; readonly title: string; readonly model: string | undefined }): ReactNode {
  const look = RUN_LOOKS[run.status];
  const standing = standingOf(run);
  return (
    <header className="flex shrink-0 flex-col gap-2 px-4 pt-4 pb-3 md:px-6">
      <Trail run={run} />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h1 className="min-w-0 flex-1 basis-full text-title md:basis-60 font-strong wrap-anywhere">{title}</h1>
        <span className="flex items-center gap-1.5 rounded-round border border-border px-2 py-0.5 text-small" aria-live="polite">
          <StatusIcon look={look} />
          {look.word}
        </span>
        {run.endedAt === null && <CancelRun run={run} />}
      </div>
      <Facts run={run} model={model} />
      {standing !== undefined && (
        <p className="max-w-[85ch]">
          <Sentence text={standing} />
        </p>
      )}
    </header>
  );
}

function Trail({ run }: { readonly run: RunView }): ReactNode {
  const plan = useQuery({ ...queries.plan(run.planId ?? ''), enabled: run.planId !== null });
  return (
    <nav aria-label="Where this run belongs" className="flex min-h-5 min-w-0 items-center gap-1.5 text-small text-muted">
      <Link href="/" className="shrink-0 hover:text-text">
        Projects
      </Link>
      {plan.data !== undefined && (
        <>
          <span aria-hidden>/</span>
          <Link href={`/plans/${plan.data.id}`} className="min-w-0 truncate hover:text-text">
            {plan.data.title}
          </Link>
        </>
      )}
      {run.taskKey !== null && run.planId !== null && (
        <>
          <span aria-hidden>/</span>
          <Link href={`/plans/${run.planId}?task=${encodeURIComponent(run.taskKey)}`} className="shrink-0 font-mono hover:text-text">
            {run.taskKey}
          </Link>
        </>
      )}
    </nav>
  );
}

function Facts({ run, model }: { readonly run: RunView; readonly model: string | undefined }): ReactNode {
  const { usage } = run;
  const tokens = usage.inputTokens + usage.outputTokens;
  return (
    <dl className="flex flex-wrap gap-x-5 gap-y-1 text-small">
      <Fact name="Machine">{run.sessionName ?? 'none yet'}</Fact>
      {run.agent !== null && <Fact name="Agent">{model === undefined ? run.agent : `${run.agent}, ${model}`}</Fact>}
      <Fact name="Attempt">
        {run.attempt}
        {run.revision > 0 && `, revision ${run.revision}`}
        {run.repair > 0 && `, repair ${run.repair}`}
        {run.epoch > 1 && `, epoch ${run.epoch}`}
      </Fact>
      <Fact name={run.startedAt === null ? 'Made' : 'Started'}>
        <Age at={run.startedAt ?? run.createdAt} />
      </Fact>
      {run.startedAt !== null && (
        <Fact name={run.endedAt === null ? 'For' : 'Took'}>
          <Lasted from={run.startedAt} to={run.endedAt} />
        </Fact>
      )}
      {usage.turns > 0 && <Fact name="Agent at work">{`${duration(usage.seconds * 1_000)} in ${counted(usage.turns, 'turn')}`}</Fact>}
      {tokens > 0 && (
        <Fact name="Tokens">
          <span title={`${figure(usage.inputTokens)} in, ${figure(usage.cachedInputTokens)} of them from the cache; ${figure(usage.outputTokens)} out`}>{figure(tokens)}</span>
        </Fact>
      )}
      {usage.costUsd !== undefined && <Fact name="Cost">${usage.costUsd.toFixed(2)}</Fact>}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className="flex gap-1.5">
      <dt className="text-muted">{name}</dt>
      <dd className="tabular-nums">{children}</dd>
    </div>
  );
}

function Lasted({ from, to }: { readonly from: string; readonly to: string | null }): ReactNode {
  const now = useNow();
  return duration((to === null ? now : Date.parse(to)) - Date.parse(from));
}

/** How a run that is under way stands where its status does not say it all; how one that has ended came out. */
function standingOf(run: RunView): string | undefined {
  if (run.status === 'waiting') return `It waits for ${run.waitReasons.map((reason) => WAIT_WORDS[reason]).join(', and for ')}${run.waitUntil === null ? '' : `, until ${new Date(run.waitUntil).toLocaleString()}`}. Its machine does other work meanwhile.`;
  if (run.status === 'lost') return 'Its machine has not been heard for longer than the lease. The run goes on there as soon as the machine is back; otherwise the work is given to another.';
  if (run.status === 'dispatched') return 'It is on offer and has not been taken yet.';
  return outcomeSentence(run);
}

/** The heading of a run: the task it works on, or what it is for. */
export function titleOf(run: RunView, taskTitle: string | undefined): string {
  const purpose = PURPOSE_WORDS[run.purpose];
  if (run.taskKey === null) return purpose;
  return `${purpose} ${run.taskKey}${taskTitle === undefined ? '' : `: ${taskTitle}`}`;
}
