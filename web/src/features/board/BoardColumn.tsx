import { useEffect, useRef, useState } from 'react';
import type { ReactNode, RefObject } from 'react';
import { dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { TaskView } from '@maestro/protocol';
import { ACTION_WORDS, TASK_LOOKS } from '../tasks/index.js';
import { StatusIcon, figure } from '../../ui/index.js';
import { dropOn } from './domain/columns.js';
import type { Column, ColumnId, Drop } from './domain/columns.js';
import { TaskCard } from './TaskCard.js';
import type { Moves } from './use-moves.js';
import type { Workers } from './use-workers.js';

interface BoardColumnProps {
  readonly column: Column;
  /** The card that is held, and the column that it comes from. */
  readonly dragged: TaskView | undefined;
  readonly from: ColumnId | undefined;
  readonly mayMove: boolean;
  readonly moves: Moves;
  readonly workers: Workers;
  readonly wanted: string | undefined;
  readonly menuOf: string | undefined;
  readonly onMenu: (taskId: string | undefined) => void;
  readonly hrefOf: (task: TaskView) => string;
}

/** One standing with its cards. Only those in view are there: a column of thousands is as quick as one of three. */
export function BoardColumn({ column: { id, tasks }, dragged, from, mayMove, moves, workers, wanted, menuOf, onMenu, hrefOf }: BoardColumnProps): ReactNode {
  const frame = useRef<HTMLElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const look = TASK_LOOKS[id];
  const drop = dragged === undefined || from === undefined ? undefined : dropOn(dragged, id, from);
  const isOver = useDropTarget(frame, dragged, drop, moves);
  const list = useVirtualizer({ count: tasks.length, getScrollElement: () => scroller.current, estimateSize: () => 84, getItemKey: (index) => tasks[index]?.id ?? index, overscan: 6, gap: 6, initialRect: { width: 0, height: 900 }, useFlushSync: false });
  const wantedAt = wanted === undefined ? -1 : tasks.findIndex((task) => task.id === wanted);
  useEffect(() => {
    if (wantedAt >= 0) list.scrollToIndex(wantedAt);
  }, [list, wantedAt]);
  const frameLook = isOver ? 'border-accent' : drop?.takes === true ? 'border-outline border-dashed' : 'border-transparent';
  return (
    <section ref={frame} aria-labelledby={`column-${id}`} className={`relative flex min-h-0 shrink-0 snap-start flex-col rounded-control border bg-background max-md:w-[82vw] md:min-w-40 md:flex-1 md:basis-0 ${frameLook}`}>
      <header className="flex h-9 shrink-0 items-center gap-2 px-2.5">
        <StatusIcon look={tasks.length === 0 ? { ...look, hue: 'quiet' } : look} />
        <h2 id={`column-${id}`} className="truncate font-strong">
          {look.word}
        </h2>
        <span className="text-small text-muted tabular-nums">
          {figure(tasks.length)}
          <span className="sr-only"> {tasks.length === 1 ? 'task' : 'tasks'}</span>
        </span>
      </header>
      {drop !== undefined && <DropNote drop={drop} isOver={isOver} />}
      <div ref={scroller} className={`min-h-0 flex-1 overflow-y-auto px-1.5 pb-1.5 ${drop?.takes === false ? 'opacity-40' : ''}`}>
        <ul aria-labelledby={`column-${id}`} className="relative" style={{ height: list.getTotalSize() }}>
          {list.getVirtualItems().map(({ index, key, start }) => {
            const task = tasks[index];
            if (task === undefined) return null;
            return (
              <li key={key} ref={list.measureElement} data-index={index} aria-setsize={tasks.length} aria-posinset={index + 1} className="absolute inset-x-0 top-0" style={{ transform: `translateY(${start}px)` }}>
                <TaskCard
                  task={task}
                  column={id}
                  href={hrefOf(task)}
                  worker={workers.atTask.get(task.id)}
                  assignee={task.assignee === null ? undefined : workers.members.get(task.assignee)}
                  isStarting={task.status === 'queued' && id !== 'queued'}
                  isHeld={dragged?.id === task.id}
                  isWanted={wanted === task.id}
                  mayMove={mayMove}
                  refusal={moves.refused?.taskId === task.id ? moves.refused.sentence : undefined}
                  onDismiss={moves.dismiss}
                  hasMenu={menuOf === task.id}
                  onMenu={onMenu}
                  onMove={moves.ask}
                />
              </li>
            );
          })}
        </ul>
      </div>
    </section>
  );
}

/** What the column says to the card that is held: what it would do, or why it does not take it. */
function DropNote({ drop, isOver }: { readonly drop: Drop; readonly isOver: boolean }): ReactNode {
  if (drop.takes) return <p className={`mx-1.5 mb-1.5 rounded-[4px] px-2 py-1 ${isOver ? 'bg-accent text-on-accent' : 'bg-raised'}`}>{ACTION_WORDS[drop.move.event].name}</p>;
  return <p className="mx-1.5 mb-1.5 px-2 py-1 text-small text-muted">{drop.sentence}</p>;
}

/** The whole column takes a card, if it takes it at all. Answers whether one is over it that it takes. */
function useDropTarget(frame: RefObject<HTMLElement | null>, dragged: TaskView | undefined, drop: Drop | undefined, moves: Moves): boolean {
  const [isOver, setIsOver] = useState(false);
  const latest = useRef({ dragged, drop, moves });
  useEffect(() => {
    latest.current = { dragged, drop, moves };
  });
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    return dropTargetForElements({
      element,
      canDrop: () => latest.current.drop?.takes === true,
      onDragEnter: () => setIsOver(true),
      onDragLeave: () => setIsOver(false),
      onDrop: () => {
        setIsOver(false);
        const { dragged: task, drop: taken, moves: to } = latest.current;
        if (task !== undefined && taken?.takes === true) to.ask(task, taken);
      },
    });
  }, [frame]);
  return isOver;
}
