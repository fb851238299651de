import { useEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode, RefObject } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { ChangeSummary, ChangeView, ReviewView } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { useNow } from '../../platform/now.js';
import { Link, setSearch, useSearch } from '../../platform/router.js';
import { Age, Failure, SelectField, SkeletonRows, counted, relativeTime } from '../../ui/index.js';
import { elsewhere, openAtFirst, remarksOn } from './domain/placing.js';
import { FileDiff, LineCounts } from './FileDiff.js';
import { Remarks } from './Remarks.js';

interface TaskChangesProps {
  readonly taskId: string;
  readonly taskKey: string;
}

/** What the work on a task changes, with what reviewers said on the lines they said it of. `?head=` chooses an older state of it. */
export function TaskChanges({ taskId, taskKey }: TaskChangesProps): ReactNode {
  const changes = useQuery(queries.taskChanges(taskId));
  const task = useQuery(queries.task(taskId));
  const asked = useSearch().get('head');
  if (changes.data === undefined) return changes.error === null ? <SkeletonRows rows={5} label="The change is being loaded" /> : <Failure error={changes.error} onRetry={changes.refetch} />;
  const shown = changes.data.find(({ head }) => head === asked) ?? changes.data[0];
  if (shown === undefined) {
    return <p className="max-w-[60ch] text-muted">Nothing of {taskKey} has been handed in yet. When a run ends whose agent has written something, its change stands here, line by line, with what reviewers say about it.</p>;
  }
  return (
    <div className="flex flex-col gap-4">
      <Heads changes={changes.data} shown={shown} />
      <OneChange key={shown.head} taskId={taskId} summary={shown} reviews={task.data?.reviews ?? NO_REVIEWS} />
    </div>
  );
}

const NO_REVIEWS: readonly ReviewView[] = [];

/** Which state of the work is shown, and the others that there were. */
function Heads({ changes, shown }: { readonly changes: readonly ChangeSummary[]; readonly shown: ChangeSummary }): ReactNode {
  const now = useNow();
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      {changes.length > 1 ? (
        <SelectField label="State of the work" labelHidden className="w-64 max-w-full" value={shown.head} onChange={(event) => setSearch({ head: event.target.value === changes[0]?.head ? null : event.target.value }, { replace: true })}>
          {changes.map(({ head, at }, index) => (
            <option key={head} value={head}>
              {index === 0 ? 'Newest' : `State ${changes.length - index} of ${changes.length}`} · {relativeTime(at, now)} · {head.slice(0, 12)}
            </option>
          ))}
        </SelectField>
      ) : (
        <code className="font-mono text-small">{shown.head.slice(0, 12)}</code>
      )}
      <span className="flex items-center gap-3 text-small text-muted">
        {counted(shown.files, 'file')}
        <LineCounts added={shown.added} removed={shown.removed} />
        <Age at={shown.at} />
        {shown.runId !== null && (
          <Link href={`/runs/${shown.runId}`} className="underline underline-offset-2 hover:text-text">
            Its run
          </Link>
        )}
      </span>
    </div>
  );
}

interface OneChangeProps {
  readonly taskId: string;
  readonly summary: ChangeSummary;
  readonly reviews: readonly ReviewView[];
}

function OneChange({ taskId, summary, reviews }: OneChangeProps): ReactNode {
  const change = useQuery(queries.taskChange(taskId, summary.head));
  if (change.data === undefined) return change.error === null ? <SkeletonRows rows={8} label="The lines are being loaded" /> : <Failure error={change.error} onRetry={change.refetch} />;
  return <Files change={change.data} reviews={reviews} />;
}

/** Wide enough for two columns of code, in pixels. */
const SPLIT_FROM = 960;

function Files({ change, reviews }: { readonly change: ChangeView; readonly reviews: readonly ReviewView[] }): ReactNode {
  const { changed } = change;
  const frame = useRef<HTMLDivElement>(null);
  const isSplit = useIsWide(frame, SPLIT_FROM);
  const remarks = useMemo(() => remarksOn(reviews, change.head), [reviews, change.head]);
  const atFirst = useMemo(() => openAtFirst(changed, remarks), [changed, remarks]);
  const [turned, setTurned] = useState<ReadonlySet<number>>(new Set());
  const turn = (index: number): void => setTurned((before) => (before.has(index) ? new Set([...before].filter((each) => each !== index)) : new Set([...before, index])));
  const others = elsewhere(remarks, changed);
  return (
    <div ref={frame} className="flex min-w-0 flex-col gap-3">
      {!change.complete && <p className="text-muted">The rest of it is on its way from the machine.</p>}
      {others.length > 0 && <Remarks remarks={others} named />}
      {changed.length > 1 && <FileList change={change} />}
      {changed.map((file, index) => (
        <FileDiff key={index} id={`file-${index}`} file={file} remarks={remarks} isOpen={atFirst.has(index) !== turned.has(index)} isSplit={isSplit} onTurn={() => turn(index)} />
      ))}
      {change.files > changed.length && <p className="text-muted">And {counted(change.files - changed.length, 'more file')}, which the branch has.</p>}
      {change.files === 0 && <p className="text-muted">It changes nothing.</p>}
    </div>
  );
}

/** Files that are listed without being asked for. */
const LISTED = 12;

function FileList({ change: { changed } }: { readonly change: ChangeView }): ReactNode {
  return (
    <details open={changed.length <= LISTED} className="rounded-control border border-border">
      <summary className="min-h-8 cursor-pointer px-3 py-1.5 text-small text-muted hover:bg-raised max-md:min-h-11 max-md:py-3">{counted(changed.length, 'file')}</summary>
      <ul className="border-t border-border py-1">
        {changed.map(({ path, added, removed }, index) => (
          <li key={index}>
            <a
              href={`#file-${index}`}
              onClick={(event) => {
                event.preventDefault();
                document.getElementById(`file-${index}`)?.scrollIntoView({ block: 'start' });
              }}
              className="flex min-h-7 items-center gap-3 px-3 -outline-offset-2 hover:bg-raised max-md:min-h-11"
            >
              <span className="min-w-0 flex-1 truncate font-mono text-small" title={path}>
                {path}
              </span>
              <LineCounts added={added} removed={removed} />
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}

function useIsWide(frame: RefObject<HTMLElement | null>, from: number): boolean {
  const [isWide, setWide] = useState(false);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => setWide((entry?.contentRect.width ?? 0) >= from));
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame, from]);
  return isWide;
}
