import { useCallback, useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDownToLine, ChevronDown, ChevronUp } from 'lucide-react';
import { navigate, useHash } from '../../platform/router.js';
import { useShortcuts } from '../../platform/shortcuts.js';
import { Button, counted } from '../../ui/index.js';
import { lineOf } from './domain/line-link.js';
import { nextError } from './domain/transcript.js';
import type { Item, Transcript } from './domain/transcript.js';
import { ItemBody } from './ItemBody.js';
import { useFollowing } from './use-following.js';

interface TranscriptListProps {
  readonly transcript: Transcript;
  /** Lines of the journal so far. */
  readonly lines: number;
  readonly isLive: boolean;
  /** Stands behind the last line. */
  readonly end: ReactNode;
}

/** A first guess at a row's height in pixels, by what it shows. The row's own height takes its place as soon as it is there. */
const HEIGHTS: Readonly<Record<Item['kind'], number>> = { message: 64, thought: 40, tool: 28, check: 28, output: 40, phase: 24, question: 64, quota: 48, steered: 48, checkpoint: 24, gap: 28 };
const OVERSCAN = 12;

/** A transcript of any length: only what is in view is on the page. */
export function TranscriptList({ transcript, lines, isLive, end }: TranscriptListProps): ReactNode {
  const { items } = transcript;
  const scroller = useRef<HTMLDivElement>(null);
  const [turned, setTurned] = useState<ReadonlySet<number>>(new Set());
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => HEIGHTS[items[index]?.kind ?? 'message'],
    getItemKey: (index) => items[index]?.seq ?? index,
    overscan: OVERSCAN,
  });
  const height = virtualizer.getTotalSize();
  const linked = lineOf(useHash());
  const { isFollowing, setFollowing, onScroll } = useFollowing(scroller, isLive, linked === undefined, height, () => virtualizer.scrollToEnd());
  const onTurn = useCallback((seq: number) => setTurned((before) => (before.has(seq) ? new Set([...before].filter((each) => each !== seq)) : new Set([...before, seq]))), []);
  const { marked, toError } = useMarked(transcript, linked, (position) => {
    setFollowing(false);
    virtualizer.scrollToIndex(position, { align: 'center' });
  });
  useShortcuts('Transcript', [
    { keys: 'e', says: 'Next error', run: () => toError(1) },
    { keys: 'E', says: 'Error before', run: () => toError(-1) },
    { keys: 'f', says: 'Follow the end', run: () => isLive && setFollowing(true) },
  ]);
  return (
    <section aria-labelledby="transcript" className="flex min-h-72 flex-1 flex-col">
      <Bar lines={lines} errors={transcript.errors} marked={marked} onError={toError} following={isLive ? isFollowing : undefined} onFollow={setFollowing} />
      <div ref={scroller} role="region" aria-label="Lines of the transcript" tabIndex={0} onScroll={onScroll} className="min-h-0 flex-1 overflow-y-auto overscroll-contain -outline-offset-2 [overflow-anchor:none]">
        <ol className="relative" style={{ height }}>
          {virtualizer.getVirtualItems().map(({ key, index, start }) => {
            const item = items[index];
            return (
              item !== undefined && (
                <li key={key} ref={virtualizer.measureElement} data-index={index} aria-posinset={index + 1} aria-setsize={items.length} className="absolute top-0 left-0 w-full" style={{ transform: `translateY(${start}px)` }}>
                  <Row item={item} isMarked={index === marked} isTurned={turned.has(item.seq)} onTurn={onTurn} />
                </li>
              )
            );
          })}
        </ol>
        {end}
      </div>
    </section>
  );
}

/** The one item that stands out: what the address leads to, or the error that was looked for last. */
function useMarked(transcript: Transcript, linked: number | undefined, show: (position: number) => void): { readonly marked: number | undefined; readonly toError: (direction: 1 | -1) => boolean } {
  const linkedItem = linked === undefined ? undefined : transcript.itemOf.get(linked);
  const [found, setFound] = useState<number | undefined>(undefined);
  const marked = found ?? linkedItem;
  const shown = useRef<number>(undefined);
  useEffect(() => {
    // Once for each address: lines that come later must not take the reader back to it.
    if (linkedItem === undefined || shown.current === linked) return;
    shown.current = linked;
    setFound(undefined);
    show(linkedItem);
  });
  const toError = (direction: 1 | -1): boolean => {
    const next = nextError(transcript, marked ?? -1, direction);
    if (next === undefined) return false;
    setFound(next);
    show(next);
    return true;
  };
  return { marked, toError };
}

interface BarProps {
  readonly lines: number;
  readonly errors: readonly number[];
  readonly marked: number | undefined;
  readonly onError: (direction: 1 | -1) => boolean;
  /** Undefined where there is nothing to follow any more. */
  readonly following: boolean | undefined;
  readonly onFollow: (on: boolean) => void;
}

function Bar({ lines, errors, marked, onError, following, onFollow }: BarProps): ReactNode {
  return (
    <header className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-2 gap-y-1 border-y border-border bg-background px-4 py-1 md:gap-x-3 md:px-6">
      <h2 id="transcript" className="font-strong">
        Transcript
      </h2>
      <span className="flex-1 text-small whitespace-nowrap text-muted tabular-nums">{counted(lines, 'line')}</span>
      {errors.length > 0 && <Errors count={errors.length} at={marked === undefined ? -1 : errors.indexOf(marked)} onGo={onError} />}
      {following !== undefined && (
        <Button kind={following ? 'ghost' : 'plain'} aria-pressed={following} className="max-md:h-11" onClick={() => onFollow(!following)}>
          <ArrowDownToLine aria-hidden className="size-3.5" strokeWidth={1.75} />
          {following ? 'Following' : 'Follow'}
        </Button>
      )}
    </header>
  );
}

interface RowProps {
  readonly item: Item;
  readonly isMarked: boolean;
  readonly isTurned: boolean;
  readonly onTurn: (seq: number) => void;
}

/** What begins something new stands apart from what was before it. */
const APART: ReadonlySet<Item['kind']> = new Set(['phase', 'message', 'question', 'steered', 'quota']);

function Row({ item, isMarked, isTurned, onTurn }: RowProps): ReactNode {
  return (
    <div className={`flex gap-2 pr-4 pl-2 md:gap-3 md:pr-6 ${APART.has(item.kind) ? 'pt-1' : ''} ${isMarked ? 'bg-accent/10' : ''}`}>
      <LineLink seq={item.seq} at={item.at} isTall={item.kind === 'tool' || item.kind === 'check'} />
      <div className="min-w-0 flex-1">
        <ItemBody item={item} isTurned={isTurned} onTurn={onTurn} />
      </div>
    </div>
  );
}

/** The number of a line, which is its address; a click leads there and copies it. */
function LineLink({ seq, at, isTall }: { readonly seq: number; readonly at: string; readonly isTall: boolean }): ReactNode {
  const [copied, setCopied] = useState(false);
  const href = `#L${seq}`;
  const go = async (): Promise<void> => {
    navigate(`${location.pathname}${location.search}${href}`, { replace: true });
    // Lent to pages on HTTPS or this machine only; elsewhere the address bar has it.
    await navigator.clipboard?.writeText(`${location.origin}${location.pathname}${href}`).then(
      () => setCopied(true),
      () => undefined,
    );
  };
  return (
    <a
      href={href}
      title={`${new Date(at).toLocaleString()}. A click copies the address of this line.`}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        void go();
      }}
      onBlur={() => setCopied(false)}
      className={`flex h-6 w-9 shrink-0 items-center justify-end rounded-[4px] font-mono text-small text-muted tabular-nums hover:text-text md:w-14 ${isTall ? 'max-md:h-11' : ''}`}
    >
      <span className="sr-only">{copied ? 'Copied: line ' : 'Line '}</span>
      {copied ? <span className="text-done">✓ {seq}</span> : seq}
    </a>
  );
}

function Errors({ count, at, onGo }: { readonly count: number; readonly at: number; readonly onGo: (direction: 1 | -1) => boolean }): ReactNode {
  return (
    <div className="flex items-center gap-1">
      <span className="text-small text-blocked tabular-nums" aria-live="polite">
        {at === -1 ? counted(count, 'error') : `Error ${at + 1} of ${count}`}
      </span>
      <Button kind="ghost" square aria-label="Error before" title="Error before (E)" onClick={() => onGo(-1)}>
        <ChevronUp aria-hidden className="size-4" strokeWidth={1.75} />
      </Button>
      <Button kind="ghost" square aria-label="Next error" title="Next error (e)" onClick={() => onGo(1)}>
        <ChevronDown aria-hidden className="size-4" strokeWidth={1.75} />
      </Button>
    </div>
  );
}
