import { memo } from 'react';
import type { ReactNode } from 'react';
import { Markdown, Sentence, counted } from '../../ui/index.js';
import { DiffLines } from './DiffLines.js';
import { diffOf } from './domain/edit.js';
import { isSame } from './domain/transcript.js';
import type { Item } from './domain/transcript.js';
import { CheckRow, ToolRow } from './ToolRow.js';

interface ItemBodyProps {
  readonly item: Item;
  readonly isTurned: boolean;
  readonly onTurn: (seq: number) => void;
}

/** One thing that a transcript shows: the agent's words to be read, everything else quieter than they are. */
export const ItemBody = memo(Body, (before, after) => before.isTurned === after.isTurned && before.onTurn === after.onTurn && isSame(before.item, after.item));

function Body({ item, isTurned, onTurn }: ItemBodyProps): ReactNode {
  switch (item.kind) {
    case 'message':
      return <Words text={item.text} />;
    case 'thought':
      return <Markdown text={item.text} className="py-1 text-small text-muted" />;
    case 'tool':
      return <ToolRow item={item} isTurned={isTurned} onTurn={onTurn} />;
    case 'check':
      return <CheckRow item={item} isTurned={isTurned} onTurn={onTurn} />;
    case 'output':
      return <Output text={item.text} lines={item.lines} isOpen={isTurned} onTurn={() => onTurn(item.seq)} />;
    case 'phase':
      return (
        <p className="py-1 text-small text-muted">
          <Sentence text={item.words} />
        </p>
      );
    case 'question':
      return (
        <Aside label="The agent asks" edge="border-review">
          <Markdown text={item.text} />
        </Aside>
      );
    case 'quota':
      return (
        <Aside label="The agent's limit is used up" edge="border-progress">
          <p>{item.text}</p>
        </Aside>
      );
    case 'steered':
      return (
        <Aside label={item.delivered === 'now' ? 'A person, to the agent at work' : "A person, for the agent's next turn"} edge="border-accent">
          <p className="whitespace-pre-line">{item.text}</p>
        </Aside>
      );
    case 'checkpoint':
      return (
        <p className="py-1 text-small text-muted">
          Work so far saved as <span className="font-mono">{item.head.slice(0, 12)}</span>
        </p>
      );
    case 'gap':
      return <p className="border-y border-dashed border-border py-1 text-small text-muted">{item.to === item.seq ? `Line ${item.seq} has not arrived.` : `Lines ${item.seq} to ${item.to} have not arrived.`}</p>;
  }
}

function Words({ text }: { readonly text: string }): ReactNode {
  const lines = /^(?:diff --git|--- )/.test(text) ? diffOf(text) : undefined;
  return lines === undefined ? <Markdown text={text} className="py-0.5" /> : <DiffLines lines={lines} label="A difference" />;
}

function Aside({ label, edge, children }: { readonly label: string; readonly edge: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className={`my-1 flex flex-col gap-0.5 border-l-2 pl-3 ${edge}`}>
      <p className="text-small text-muted">{label}</p>
      {children}
    </div>
  );
}

/** Lines of output that are shown without being asked for. */
const SHOWN_LINES = 3;

function Output({ text, lines, isOpen, onTurn }: { readonly text: string; readonly lines: number; readonly isOpen: boolean; readonly onTurn: () => void }): ReactNode {
  const isLong = lines > SHOWN_LINES + 1;
  const shown = isLong && !isOpen ? text.split('\n').slice(0, SHOWN_LINES).join('\n') : text;
  return (
    <div className="flex min-w-0 flex-col items-start py-1">
      <pre className="max-w-full font-mono text-small whitespace-pre-wrap wrap-anywhere text-muted">{shown}</pre>
      {isLong && (
        <button type="button" aria-expanded={isOpen} onClick={onTurn} className="min-h-6 rounded-[4px] text-small text-muted underline underline-offset-2 hover:text-text max-md:min-h-11">
          {isOpen ? 'Show less' : `${counted(lines - SHOWN_LINES, 'more line')} of output`}
        </button>
      )}
    </div>
  );
}
