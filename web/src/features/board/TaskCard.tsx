import { memo, useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { draggable } from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter';
import { Monitor, RotateCcw, User, Wrench, X } from 'lucide-react';
import type { TaskView } from '@maestro/protocol';
import { useNow } from '../../platform/now.js';
import { Link } from '../../platform/router.js';
import { TASK_LOOKS } from '../tasks/index.js';
import { Age, Sentence, StatusIcon, duration } from '../../ui/index.js';
import type { ColumnId, Drop } from './domain/columns.js';
import { MoveMenu } from './MoveMenu.js';
import type { Worker } from './use-workers.js';

interface TaskCardProps {
  readonly task: TaskView;
  readonly column: ColumnId;
  readonly href: string;
  readonly worker: Worker | undefined;
  readonly assignee: string | undefined;
  readonly isStarting: boolean;
  readonly isHeld: boolean;
  /** It shall have the focus. */
  readonly isWanted: boolean;
  readonly mayMove: boolean;
  /** Why it could not be moved. */
  readonly refusal: string | undefined;
  readonly onDismiss: () => void;
  readonly hasMenu: boolean;
  readonly onMenu: (taskId: string | undefined) => void;
  readonly onMove: (task: TaskView, drop: Extract<Drop, { takes: true }>) => void;
}

/** A task on the board. The whole card is held and opened; its menu moves it without a pointer. */
export const TaskCard = memo(function TaskCard({ task, column, href, worker, assignee, isStarting, isHeld, isWanted, mayMove, refusal, onDismiss, hasMenu, onMenu, onMove }: TaskCardProps): ReactNode {
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    const element = card.current;
    if (element === null || !mayMove) return undefined;
    return draggable({ element, getInitialData: () => ({ task: task.id }) });
  }, [task.id, mayMove]);
  useEffect(() => {
    if (isWanted) card.current?.querySelector('a')?.focus();
  }, [isWanted]);
  const isOver = task.status === 'cancelled';
  return (
    <article ref={card} data-item={task.id} className={`relative flex flex-col gap-1 rounded-control border bg-surface px-2.5 py-2 focus-within:border-outline hover:border-outline ${task.blocked === null ? 'border-border' : 'border-blocked/50'} ${isHeld ? 'opacity-50' : ''}`}>
      <div className="flex h-5 items-center gap-2">
        <StatusIcon look={isStarting ? { ...TASK_LOOKS.in_progress, shape: 'dashed' } : TASK_LOOKS[task.status]} />
        <span className="font-mono text-small text-muted">{task.key}</span>
        <span className="flex-1" />
        {mayMove && <MoveMenu task={task} column={column} isOpen={hasMenu} onOpen={onMenu} onMove={onMove} />}
      </div>
      <h3 className="min-w-0">
        {/* The link's own box is the whole card, so that all of it opens the task, and one stop of the Tab key is enough. */}
        <Link href={href} draggable={false} className={`line-clamp-3 break-words after:absolute after:inset-0 after:rounded-control after:content-[''] ${isOver ? 'text-muted line-through' : ''}`} title={task.title}>
          {task.title}
        </Link>
      </h3>
      {task.blocked !== null && (
        <p className="line-clamp-3 text-small text-muted" title={task.blocked.sentence}>
          <Sentence text={task.blocked.sentence} />
        </p>
      )}
      <Facts task={task} worker={worker} assignee={assignee} isStarting={isStarting} />
      {refusal !== undefined && (
        <div role="alert" className="appear relative z-10 mt-1 flex items-start gap-1 border-t border-border pt-1.5 text-small text-blocked">
          <p className="min-w-0 flex-1">
            <Sentence text={refusal} />
          </p>
          <button type="button" aria-label="Dismiss" onClick={onDismiss} className="flex size-6 shrink-0 items-center justify-center rounded-[4px] hover:bg-raised max-md:size-11">
            <X aria-hidden className="size-3.5" />
          </button>
        </div>
      )}
    </article>
  );
});

/** Who has it, what it asks for, how often it went back, and when it last changed. */
function Facts({ task, worker, assignee, isStarting }: { readonly task: TaskView; readonly worker: Worker | undefined; readonly assignee: string | undefined; readonly isStarting: boolean }): ReactNode {
  const counts = [
    { count: task.revisions, Icon: RotateCcw, words: task.revisions === 1 ? '1 revision' : `${task.revisions} revisions` },
    { count: task.repairs, Icon: Wrench, words: task.repairs === 1 ? '1 repair' : `${task.repairs} repairs` },
  ].filter(({ count }) => count > 0);
  return (
    <ul className="flex flex-wrap items-center gap-x-2.5 gap-y-0.5 text-small text-muted">
      {isStarting && <li>Starting…</li>}
      {worker !== undefined && (
        <li className="flex min-w-0 items-center gap-1">
          <Monitor aria-hidden className="size-3 shrink-0" strokeWidth={1.75} />
          <span className="truncate">{worker.machine}</span>
          {worker.waits ? <span>waits</span> : worker.since !== null && <Since at={worker.since} />}
        </li>
      )}
      {assignee !== undefined && (
        <li className="flex min-w-0 items-center gap-1" title={task.acceptedAt === null ? `Offered to ${assignee}` : `Assigned to ${assignee}`}>
          <User aria-hidden className="size-3 shrink-0" strokeWidth={1.75} />
          <span className="truncate">
            {assignee}
            {task.acceptedAt === null && '?'}
          </span>
        </li>
      )}
      {task.skills.map(({ slug, min }) => (
        <li key={slug} title={`Needs ${slug} at ${min} or better`} className="truncate rounded-round border border-border px-1.5">
          {slug}
        </li>
      ))}
      {counts.map(({ count, Icon, words }) => (
        <li key={words} title={words} className="flex items-center gap-1 tabular-nums">
          <Icon aria-hidden className="size-3" strokeWidth={1.75} />
          <span aria-hidden>{count}</span>
          <span className="sr-only">{words}</span>
        </li>
      ))}
      <li className="ml-auto">
        <Age at={task.updatedAt} />
      </li>
    </ul>
  );
}

function Since({ at }: { readonly at: string }): ReactNode {
  return <span className="shrink-0 tabular-nums">{duration(useNow() - Date.parse(at))}</span>;
}
