import type { ReactNode } from 'react';
import { ChevronRight } from 'lucide-react';
import { StatusIcon, duration } from '../../ui/index.js';
import type { Look } from '../../ui/index.js';
import { DiffLines } from './DiffLines.js';
import { diffOf, editOf, sizeOf } from './domain/edit.js';
import type { CheckItem, ToolItem } from './domain/transcript.js';

const LOOKS: Readonly<Record<ToolItem['state'], Look>> = {
  running: { word: 'under way', shape: 'half', hue: 'progress' },
  // Nearly all of them: what went well is not worth a colour.
  ok: { word: 'done', shape: 'check', hue: 'quiet' },
  failed: { word: 'failed', shape: 'cross', hue: 'blocked' },
  unknown: { word: 'no result', shape: 'dashed', hue: 'quiet' },
};

/** A change of this many lines is read in place; a longer one is opened by who wants it. */
const SHORT_EDIT = 12;

interface CallRowProps<T> {
  readonly item: T;
  /** Whether somebody has opened what is folded by itself, or folded what is open. */
  readonly isTurned: boolean;
  readonly onTurn: (seq: number) => void;
}

/** A call of a tool on one line: what, how it went, how long. The rest is folded. */
export function ToolRow({ item, isTurned, onTurn }: CallRowProps<ToolItem>): ReactNode {
  const edit = editOf(item.input);
  const isShort = edit !== undefined && edit.lines.length <= SHORT_EDIT;
  const size = edit === undefined ? undefined : sizeOf(edit);
  const isOpen = isShort !== isTurned;
  return (
    <FoldedCall title={item.title} state={item.state} ms={item.ms} isOpen={isOpen} onTurn={() => onTurn(item.seq)} brief={item.state === 'failed' ? firstLine(item.result) : ''} size={size}>
      {edit === undefined ? item.input !== '' && item.input !== '{}' && <Text label="What it was asked">{pretty(item.input)}</Text> : <DiffLines lines={edit.lines} label={`What changes in ${edit.path}`} />}
      {item.result !== '' && !(isShort && item.state === 'ok' && !isTurned) && <Result text={item.result} />}
      {edit === undefined && item.input === '' && item.result === '' && <p className="text-small text-muted">It said nothing.</p>}
    </FoldedCall>
  );
}

/** One of the project's commands, in the same way. */
export function CheckRow({ item, isTurned, onTurn }: CallRowProps<CheckItem>): ReactNode {
  return (
    <FoldedCall title={`The project's command ${item.command}`} state={item.state} ms={item.ms} isOpen={(item.state === 'failed') !== isTurned} onTurn={() => onTurn(item.seq)} brief="" size={undefined}>
      {item.output === '' ? <p className="text-small text-muted">It said nothing.</p> : <Result text={item.output} />}
    </FoldedCall>
  );
}

interface FoldedCallProps {
  readonly title: string;
  readonly state: ToolItem['state'];
  readonly ms: number | undefined;
  readonly brief: string;
  readonly size: { readonly added: number; readonly removed: number } | undefined;
  readonly isOpen: boolean;
  readonly onTurn: () => void;
  readonly children: ReactNode;
}

function FoldedCall({ title, state, ms, brief, size, isOpen, onTurn, children }: FoldedCallProps): ReactNode {
  const look = LOOKS[state];
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <button type="button" aria-expanded={isOpen} onClick={onTurn} className="-mx-1 flex min-h-6 min-w-0 items-center gap-2 rounded-[4px] px-1 text-left hover:bg-raised max-md:min-h-11">
        <ChevronRight aria-hidden className={`size-3.5 shrink-0 text-muted transition-transform duration-100 ${isOpen ? 'rotate-90' : ''}`} strokeWidth={1.75} />
        <StatusIcon look={look} named />
        <span className="min-w-0 shrink truncate font-mono text-small">{title}</span>
        {size !== undefined && (
          <span className="shrink-0 font-mono text-small text-muted">
            +{size.added} −{size.removed}
          </span>
        )}
        {state === 'failed' && <span className="shrink-0 text-small font-strong text-blocked">failed</span>}
        {brief !== '' && !isOpen && <span className="min-w-0 flex-1 truncate text-small text-muted">{brief}</span>}
        <span className="ml-auto shrink-0 pl-2 text-small text-muted tabular-nums">{ms === undefined ? look.word : duration(ms)}</span>
      </button>
      {isOpen && <div className="flex min-w-0 flex-col gap-1.5 pb-1 md:pl-5.5">{children}</div>}
    </div>
  );
}

function Result({ text }: { readonly text: string }): ReactNode {
  const lines = diffOf(text);
  return lines === undefined ? <Text label="What it answered">{text}</Text> : <DiffLines lines={lines} label="The difference it printed" />;
}

function Text({ label, children }: { readonly label: string; readonly children: string }): ReactNode {
  return (
    <pre role="group" aria-label={label} tabIndex={0} className="max-h-96 overflow-auto rounded-control border border-border bg-background px-2.5 py-1.5 font-mono text-small whitespace-pre-wrap wrap-anywhere">
      {children}
    </pre>
  );
}

/** A tool's input is JSON in one line; a command in it is what people look for, so line breaks are line breaks. */
function pretty(input: string): string {
  try {
    const value: unknown = JSON.parse(input);
    if (typeof value !== 'object' || value === null) return input;
    return Object.entries(value)
      .map(([name, each]) => `${name}: ${typeof each === 'string' ? each : JSON.stringify(each, undefined, 2)}`)
      .join('\n');
  } catch {
    return input;
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
