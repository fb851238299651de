import type { ReactNode } from 'react';
import { Play, RotateCcw, Wrench } from 'lucide-react';
import type { TaskView } from '@maestro/protocol';
import { Age, Sentence, StatusIcon } from '../../ui/index.js';
import { TASK_LOOKS } from '../tasks/index.js';

/** One task on one line; what blocks it under it, where it cannot be missed. */
export function TaskRow({ task }: { readonly task: TaskView }): ReactNode {
  const look = TASK_LOOKS[task.status];
  const isOver = task.status === 'cancelled';
  return (
    <li className={`px-4 py-1.5 md:px-6 ${task.blocked === null ? '' : 'bg-blocked/6'}`}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-0.5 md:flex-nowrap">
        <StatusIcon look={look} />
        <span className="w-18 shrink-0 font-mono text-small text-muted">{task.key}</span>
        <span className={`order-last basis-full pl-6.5 md:order-none md:min-w-0 md:flex-1 md:basis-auto md:truncate md:pl-0 ${isOver ? 'text-muted line-through' : ''}`} title={task.title}>
          {task.title}
        </span>
        <Counts task={task} />
        <span className={`shrink-0 text-small md:w-20 ${task.blocked === null ? 'text-muted' : 'font-strong text-blocked'}`}>{look.word}</span>
        <Age at={task.updatedAt} className="w-13 shrink-0 text-right text-small text-muted" />
      </div>
      {task.blocked !== null && (
        <p className="appear mt-0.5 max-w-[85ch] pl-6.5 md:pl-27.5">
          <Sentence text={task.blocked.sentence} />
        </p>
      )}
    </li>
  );
}

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
