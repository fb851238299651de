import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { ChevronRight } from 'lucide-react';
import { Decoration, Diff, Hunk, markEdits, tokenize } from 'react-diff-view';
import type { DiffType, HunkData } from 'react-diff-view';
import type { ChangedFile } from '@maestro/protocol';
import { figure } from '../../ui/index.js';
import './diff.css';
import { parseHunks } from './domain/hunks.js';
import { placed } from './domain/placing.js';
import type { Remark } from './domain/placing.js';
import { Remarks } from './Remarks.js';

interface FileDiffProps {
  readonly file: ChangedFile;
  readonly id: string;
  readonly remarks: readonly Remark[];
  readonly isOpen: boolean;
  readonly isSplit: boolean;
  readonly onTurn: () => void;
}

const TYPES: Readonly<Record<ChangedFile['status'], DiffType>> = { added: 'add', modified: 'modify', deleted: 'delete', retyped: 'modify' };
const STATUS_WORDS: Readonly<Record<ChangedFile['status'], string>> = { added: 'new', modified: '', deleted: 'deleted', retyped: 'another type' };
const WITHOUT: Readonly<Record<NonNullable<ChangedFile['without']>, string>> = {
  binary: 'A binary file: there are no lines to show.',
  too_long: 'Too long to be shown here. The branch has it whole.',
  over_limit: 'The change is larger than what is shown of one; this file is past the end. The branch has it whole.',
};
/** Marking what changed within lines takes longer than laying them out; in long files nobody reads them that closely. */
const MOST_MARKED = 800;

/** One file of a change: its head, what was said of it, and its lines. */
export function FileDiff({ file, id, remarks, isOpen, isSplit, onTurn }: FileDiffProps): ReactNode {
  const hunks = useMemo(() => parseHunks(file.patch ?? ''), [file.patch]);
  const { byLine, ofFile } = useMemo(() => placed(remarks, file.path, hunks), [remarks, file.path, hunks]);
  const said = [...byLine.values()].reduce((sum, each) => sum + each.length, ofFile.length);
  return (
    <section id={id} aria-label={file.path} className="flex scroll-mt-2 flex-col overflow-hidden rounded-control border border-border">
      <button type="button" aria-expanded={isOpen} onClick={onTurn} className="flex min-h-9 min-w-0 items-center gap-2 bg-background px-2.5 py-1 text-left -outline-offset-2 hover:bg-raised max-md:min-h-11">
        <ChevronRight aria-hidden className={`size-3.5 shrink-0 text-muted transition-transform duration-100 ${isOpen ? 'rotate-90' : ''}`} strokeWidth={1.75} />
        <span className="min-w-0 font-mono text-small wrap-anywhere">{file.path}</span>
        {STATUS_WORDS[file.status] !== '' && <span className="shrink-0 text-small text-muted">{STATUS_WORDS[file.status]}</span>}
        {isMadeRunnable(file) !== undefined && <span className="shrink-0 text-small text-muted">{isMadeRunnable(file)}</span>}
        <span className="flex-1" />
        {said > 0 && <span className="shrink-0 text-small">{said === 1 ? '1 finding' : `${said} findings`}</span>}
        <LineCounts added={file.added} removed={file.removed} />
      </button>
      {isOpen && (
        <div className="flex min-w-0 flex-col border-t border-border">
          {ofFile.length > 0 && (
            <div className="border-b border-border px-3 py-2">
              <Remarks remarks={ofFile} named />
            </div>
          )}
          {hunks.length === 0 ? <p className="px-3 py-2 text-muted">{nothingToShow(file)}</p> : <Lines hunks={hunks as unknown as HunkData[]} type={isSplit ? TYPES[file.status] : 'modify'} isSplit={isSplit} byLine={byLine} />}
        </div>
      )}
    </section>
  );
}

interface LinesProps {
  readonly hunks: HunkData[];
  readonly type: DiffType;
  readonly isSplit: boolean;
  readonly byLine: ReadonlyMap<string, readonly Remark[]>;
}

function Lines({ hunks, type, isSplit, byLine }: LinesProps): ReactNode {
  const tokens = useMemo(() => {
    const lines = hunks.reduce((sum, { changes }) => sum + changes.length, 0);
    return lines > MOST_MARKED ? undefined : tokenize(hunks, { enhancers: [markEdits(hunks, { type: 'block' })] });
  }, [hunks]);
  const widgets = useMemo(() => Object.fromEntries([...byLine].map(([key, remarks]) => [key, <Remarks key={key} remarks={remarks} />])), [byLine]);
  return (
    <Diff viewType={isSplit ? 'split' : 'unified'} diffType={type} hunks={hunks} widgets={widgets} {...(tokens === undefined ? {} : { tokens })}>
      {(shown) => shown.flatMap((hunk) => [<Decoration key={`@${hunk.content}`}>{hunk.content}</Decoration>, <Hunk key={hunk.content} hunk={hunk} />])}
    </Diff>
  );
}

/** How many lines came and went, in words for those who hear it. */
export function LineCounts({ added, removed }: Pick<ChangedFile, 'added' | 'removed'>): ReactNode {
  if (added === null || removed === null) return <span className="shrink-0 text-small text-muted">binary</span>;
  return (
    <span className="flex shrink-0 gap-1.5 font-mono text-small text-muted tabular-nums">
      {added > 0 && (
        <span>
          <span aria-hidden>+{figure(added)}</span>
          <span className="sr-only">{figure(added)} added</span>
        </span>
      )}
      {removed > 0 && (
        <span>
          <span aria-hidden>−{figure(removed)}</span>
          <span className="sr-only">{figure(removed)} removed</span>
        </span>
      )}
    </span>
  );
}

function isMadeRunnable({ oldMode, newMode }: ChangedFile): string | undefined {
  if (oldMode === '100644' && newMode === '100755') return 'may be run now';
  return oldMode === '100755' && newMode === '100644' ? 'may not be run any more' : undefined;
}

function nothingToShow(file: ChangedFile): string {
  if (file.without !== undefined) return WITHOUT[file.without];
  if (file.status === 'added' || file.status === 'deleted') return 'An empty file.';
  return `No line of it changed, only its mode: from ${file.oldMode} to ${file.newMode}.`;
}
