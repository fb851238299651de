import { useEffect, useMemo, useRef } from 'react';
import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { needsAgent } from '@maestro/protocol';
import type { RunView } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { Failure, Sentence, SkeletonRows, StatusIcon } from '../../ui/index.js';
import { outcomeSentence } from './domain/outcome.js';
import { transcriptOf } from './domain/transcript.js';
import type { Item } from './domain/transcript.js';
import { RUN_LOOKS } from './looks.js';
import { linesQuery } from './read-lines.js';
import { RunHeader, titleOf } from './RunHeader.js';
import { SteerBar } from './SteerBar.js';
import { TranscriptList } from './TranscriptList.js';

/** One run, live: what it is, what its agent says and does, and how it came out. */
export function RunPage({ runId }: { readonly runId: string }): ReactNode {
  const run = useQuery(queries.run(runId));
  if (run.data === undefined) {
    return <div className="flex flex-col gap-4 p-4 md:p-6">{run.error === null ? <SkeletonRows rows={8} label="The run is being loaded" /> : <Failure error={run.error} onRetry={run.refetch} />}</div>;
  }
  return <LoadedRun run={run.data} />;
}

function LoadedRun({ run }: { readonly run: RunView }): ReactNode {
  const plan = useQuery({ ...queries.plan(run.planId ?? ''), enabled: run.planId !== null });
  const lines = useQuery(linesQuery(run.id));
  const isOver = run.endedAt !== null;
  const transcript = useMemo(() => transcriptOf(lines.data ?? [], isOver), [lines.data, isOver]);
  const title = titleOf(run, plan.data?.tasks.find(({ id }) => id === run.taskId)?.title);
  useEffect(() => {
    document.title = `${title} · Maestro`;
  }, [title]);
  return (
    <div className="flex h-full flex-col">
      <RunHeader run={run} title={title} model={transcript.model} />
      {lines.data === undefined ? (
        <div className="min-h-72 flex-1 border-t border-border p-4 md:px-6">{lines.error === null ? <SkeletonRows rows={10} label="The transcript is being loaded" /> : <Failure error={lines.error} onRetry={lines.refetch} />}</div>
      ) : (
        <TranscriptList key={run.id} transcript={transcript} lines={lines.data.at(-1)?.seq ?? 0} isLive={!isOver} end={<TheEnd run={run} isEmpty={transcript.items.length === 0} />} />
      )}
      <Spoken items={transcript.items} isLive={!isOver} />
      {!isOver && needsAgent(run.purpose) && <SteerBar run={run} items={transcript.items} lastLine={lines.data?.at(-1)?.seq ?? 0} />}
    </div>
  );
}

function TheEnd({ run, isEmpty }: { readonly run: RunView; readonly isEmpty: boolean }): ReactNode {
  const sentence = outcomeSentence(run);
  if (sentence === undefined) return isEmpty ? <p className="px-4 py-3 text-muted md:px-6">Nothing has been written yet. Every line of the run appears here as it is written.</p> : null;
  return (
    <p className="flex items-start gap-2 border-t border-border px-4 py-3 md:px-6">
      <span className="mt-0.75 flex">
        <StatusIcon look={RUN_LOOKS[run.status]} named />
      </span>
      <span className="max-w-[85ch]">
        <Sentence text={sentence} />
      </span>
    </p>
  );
}

/** Says politely what the agent says, for those who cannot see it; what was there before the page was opened they read themselves. */
function Spoken({ items, isLive }: { readonly items: readonly Item[]; readonly isLive: boolean }): ReactNode {
  const spoken = useRef<HTMLParagraphElement>(null);
  const heard = useRef<number>(undefined);
  useEffect(() => {
    const last = items.findLast((item) => item.kind === 'message' || item.kind === 'question');
    const isNew = heard.current !== undefined && last !== undefined && last.seq > heard.current;
    heard.current = Math.max(heard.current ?? 0, items.at(-1)?.seq ?? 0);
    if (isNew && isLive && spoken.current !== null && 'text' in last) spoken.current.textContent = last.text.slice(0, 500);
  }, [items, isLive]);
  return <p ref={spoken} aria-live="polite" className="sr-only" />;
}
