import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import type { AnalysisStatus, AnalysisView } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { Link } from '../../platform/router.js';
import { Age, Button, Callout, CommandLine, Failure, Sentence, SkeletonRows, StatusIcon } from '../../ui/index.js';
import type { Look } from '../../ui/index.js';
import { useAnalysis } from './use-analysis.js';

const LOOKS: Readonly<Record<AnalysisStatus, Look>> = {
  waiting: { word: 'Waiting', shape: 'dashed', hue: 'quiet' },
  running: { word: 'Running', shape: 'half', hue: 'progress' },
  done: { word: 'Analysed', shape: 'check', hue: 'done' },
  failed: { word: 'Failed', shape: 'diamond', hue: 'blocked' },
};

interface AnalysisStateProps {
  readonly projectId: string;
  readonly mayAnalyse: boolean;
}

/** Whether the repository was analysed, how that goes on, and the way to begin it. */
export function AnalysisState({ projectId, mayAnalyse }: AnalysisStateProps): ReactNode {
  const { analysis, starting } = useAnalysis(projectId);
  if (analysis.data === undefined) return analysis.error === null ? <SkeletonRows rows={1} label="The analysis is being looked up" /> : <Failure error={analysis.error} onRetry={analysis.refetch} />;
  const start = (words: string, kind: 'primary' | 'plain'): ReactNode =>
    mayAnalyse && (
      <Button kind={kind} className="self-start max-md:h-11" disabled={starting.isPending} onClick={() => starting.mutate()}>
        <RefreshCw aria-hidden className="size-4" strokeWidth={1.75} />
        {starting.isPending ? 'Asking for it…' : words}
      </Button>
    );
  return (
    <div className="flex flex-col gap-2">
      {analysis.data === null ? <NeverAnalysed start={start('Analyse now', 'primary')} /> : <Newest analysis={analysis.data} start={start('Analyse again', 'plain')} />}
      {starting.error !== null && (
        <Callout kind="problem" urgent>
          <p>{starting.error.message}</p>
        </Callout>
      )}
    </div>
  );
}

function NeverAnalysed({ start }: { readonly start: ReactNode }): ReactNode {
  return (
    <section className="flex max-w-[68ch] flex-col gap-4 rounded-control border border-border bg-surface p-5">
      <div className="flex flex-col gap-1">
        <h2 className="font-strong">This repository was never analysed</h2>
        <p className="text-muted">
          An analysis reads it on a connected machine: languages, packages, commands, entry points, and every function, class and type that can be used again. Agents look there before they write something new. Nothing is changed in the repository.
        </p>
      </div>
      {start}
      <div className="flex flex-col gap-2">
        <p className="text-muted">Or in a clone of it:</p>
        <CommandLine command="maestro analyze" />
      </div>
    </section>
  );
}

function Newest({ analysis, start }: { readonly analysis: AnalysisView; readonly start: ReactNode }): ReactNode {
  const { status, sentence, run, requestedAt, endedAt } = analysis;
  const look = LOOKS[status];
  return (
    <div className="appear flex min-h-12 flex-wrap items-center gap-x-3 gap-y-2 rounded-control border border-border px-4 py-2">
      <StatusIcon look={look} />
      <div role="status" className="flex min-w-0 flex-1 flex-col max-md:basis-[calc(100%-2rem)]">
        <p>
          <span className="font-strong">{look.word}</span>{' '}
          <span className="text-muted">
            <Age at={endedAt ?? requestedAt} />
          </span>
        </p>
        <p className={status === 'failed' ? 'text-blocked' : 'text-muted'}>
          <Sentence text={sentence} /> {run !== null && <RunLink runId={run} />}
        </p>
      </div>
      {(status === 'done' || status === 'failed') && start}
    </div>
  );
}

/** Whose machine did it, leading to how. */
export function RunLink({ runId }: { readonly runId: string }): ReactNode {
  const run = useQuery(queries.run(runId));
  return (
    <Link href={`/runs/${runId}`} className="text-accent underline underline-offset-2">
      {run.data?.sessionName == null ? 'Its run' : `Run on ${run.data.sessionName}`}
    </Link>
  );
}
