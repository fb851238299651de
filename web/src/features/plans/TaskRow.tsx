import { memo } from 'react';
import type { ReactNode } from 'react';
import { Play, RotateCcw, Route, Wrench } from 'lucide-react';
import type { TaskView } from '@maestro/protocol';
import { Link } from '../../platform/router.js';
import { Age, Sentence, StatusIcon } from '../../ui/index.js';
import { TASK_LOOKS } from '../tasks/index.js';

interface TaskRowProps {
  readonly task: TaskView;
  readonly href: string;
  /** It is one of those that decide how long the plan takes. */
  readonly isCritical: boolean;
  readonly isOpened: boolean;
  readonly isSelected: boolean;
  /** Without it nothing can be selected. */
  readonly onSelect: ((taskId: string) => void) | undefined;
}

/** One task on one line; what blocks it under it, where it cannot be missed. */
export const TaskRow = memo(function TaskRow({ task, href, isCritical, isOpened, isSelected, onSelect }: TaskRowProps): ReactNode {
  const look = TASK_LOOKS[task.status];
  const isOver = task.status === 'cancelled';
  const ground = isSelected ? 'bg-accent/10' : isOpened ? 'bg-raised' : task.blocked === null ? '' : 'bg-blocked/6';
  return (
    <div data-item={task.id} className={`group relative px-4 py-1.5 hover:bg-raised/70 md:px-6 ${ground}`}>
      {onSelect !== undefined && (
        <input
          type="checkbox"
          checked={isSelected}
          aria-label={`Select ${task.key}`}
          onChange={() => onSelect(task.id)}
          className={`absolute top-2.5 left-1.5 z-10 size-3.5 accent-accent max-md:hidden ${isSelected ? '' : 'opacity-0 group-focus-within:opacity-100 group-hover:opacity-100'}`}
        />
      )}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-0.5 md:flex-nowrap">
        <StatusIcon look={look} />
        <span className="w-18 shrink-0 font-mono text-small text-muted">{task.key}</span>
        {/* The link's own box is the whole row, so that all of it opens the task. */}
        <Link href={href} className={`order-last basis-full pl-6.5 after:absolute after:inset-0 after:-outline-offset-2 after:content-[''] focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent md:order-none md:min-w-0 md:flex-1 md:basis-auto md:truncate md:pl-0 ${isOver ? 'text-muted line-through' : isCritical ? 'font-strong' : ''}`} title={task.title}>
          {task.title}
        </Link>
        {isCritical && (
          <span title="On the critical path: it decides how long the plan takes" className="shrink-0 text-muted">
            <Route aria-hidden className="size-3.5" strokeWidth={1.75} />
            <span className="sr-only">On the critical path</span>
          </span>
        )}
        <Counts task={task} />
        <span className="shrink-0 text-small text-muted tabular-nums max-md:hidden" title={`Level ${task.level + 1}: how far it is from the start of the dependencies`}>
          <span aria-hidden>L{task.level + 1}</span>
          <span className="sr-only">Level {task.level + 1}</span>
        </span>
        <span className={`shrink-0 text-small md:w-20 ${task.blocked === null ? 'text-muted' : 'font-strong text-blocked'}`}>{look.word}</span>
        <Age at={task.updatedAt} className="w-13 shrink-0 text-right text-small text-muted" />
      </div>
      {task.blocked !== null && (
        <p className="mt-0.5 max-w-[85ch] pl-6.5 md:pl-27.5">
          <Sentence text={task.blocked.sentence} />
        </p>
      )}
    </div>
  );
});

const COUNTS = [
  { of: 'revisions', Icon: RotateCcw, one: 'revision', many: 'revisions' },
  { of: 'repairs', Icon: Wrench, one: 'repair', many: 'repairs' },
  { of: 'runs', Icon: Play, one: 'run', many: 'runs' },
] as const;

/** How often it went back, was repaired and was tried; nothing where there is nothing to tell. */
function Counts({ task }: { readonly task: TaskView }): ReactNode {
  return (
    <ul className="ml-auto flex shrink-0 gap-2 text-small text-muted tabular-nums md:ml-0">
      {COUNTS.map(({ of, Icon, one, many }) => {
        const count = task[of];
        const said = `${count} ${count === 1 ? one : many}`;
        return (
          <li key={of} title={said} className={`flex items-center gap-1 md:w-8 ${count === 0 ? 'invisible' : ''} ${count === 0 ? 'max-md:hidden' : ''}`}>
            <Icon aria-hidden className="size-3" strokeWidth={1.75} />
            <span aria-hidden>{count}</span>
            <span className="sr-only">{said}</span>
          </li>
        );
      })}
    </ul>
  );
}
