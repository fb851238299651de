import type { ReactNode } from 'react';
import type { PhaseView, TaskView } from '@maestro/protocol';
import { StatusIcon } from '../../ui/index.js';
import { standingOf } from './domain/standing.js';
import { PHASE_LOOKS } from './looks.js';
import { TaskRow } from './TaskRow.js';

export function PhaseSection({ phase, tasks }: { readonly phase: PhaseView; readonly tasks: readonly TaskView[] }): ReactNode {
  const look = PHASE_LOOKS[phase.status];
  const { landed, total } = standingOf(tasks);
  const heading = `phase-${phase.id}`;
  return (
    <section aria-labelledby={heading}>
      <header className="sticky top-0 z-10 flex h-9 items-center gap-3 border-y border-border bg-background px-4 md:px-6">
        <StatusIcon look={look} named />
        <h2 id={heading} className="min-w-0 truncate font-strong">
          {phase.title}
        </h2>
        <span className="shrink-0 text-small text-muted tabular-nums">
          {landed} of {total} landed
        </span>
      </header>
      {tasks.length === 0 ? (
        <p className="px-4 py-2 text-muted md:px-6">No tasks in this phase.</p>
      ) : (
        <ul className="divide-y divide-border/70">
          {tasks.map((task) => (
            <TaskRow key={task.id} task={task} />
          ))}
        </ul>
      )}
    </section>
  );
}
