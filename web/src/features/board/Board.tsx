import { useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter';
import { mayDo } from '@maestro/protocol';
import type { MembershipView, PlanTree, TaskView } from '@maestro/protocol';
import { ActionDialog } from '../tasks/index.js';
import { BoardColumn } from './BoardColumn.js';
import { columnOf, columnsOf } from './domain/columns.js';
import { useBoardKeys } from './use-board-keys.js';
import { useMoves } from './use-moves.js';
import { useWorkers } from './use-workers.js';

interface BoardProps {
  readonly plan: PlanTree;
  /** Those of the plan that are shown. */
  readonly tasks: readonly TaskView[];
  readonly membership: MembershipView;
  /** The address that opens a task. */
  readonly hrefOf: (task: TaskView) => string;
}

/** The plan's tasks as cards in the columns of their standing. Cards are moved by pointer, by key or from their menu, all to the same end. */
export function Board({ plan, tasks, membership, hrefOf }: BoardProps): ReactNode {
  const mayMove = mayDo(membership.roles, 'task.operate');
  const moves = useMoves(plan);
  const workers = useWorkers(plan.projectId, membership.workspaceId);
  const columns = useMemo(() => columnsOf(tasks, moves.starting), [tasks, moves.starting]);
  const keys = useBoardKeys(columns);
  const dragged = useDragged(tasks);
  const from = dragged === undefined ? undefined : columnOf(dragged, moves.starting);
  const { asked } = moves;
  return (
    <>
      <div ref={keys.board} onFocus={keys.onFocus} className="flex min-h-104 flex-1 snap-x snap-mandatory gap-2 overflow-x-auto px-4 pb-4 max-md:scroll-px-4 md:snap-none md:px-6">
        {columns.map((column) => (
          <BoardColumn key={column.id} column={column} dragged={dragged} from={from} mayMove={mayMove} moves={moves} workers={workers} wanted={keys.wanted} menuOf={keys.menuOf} onMenu={keys.setMenuOf} hrefOf={hrefOf} />
        ))}
      </div>
      {asked !== undefined && (
        <ActionDialog
          action={asked.drop.move.event}
          task={asked.task}
          projectId={plan.projectId}
          workspaceId={membership.workspaceId}
          dependents={plan.tasks.filter(({ dependsOn, status }) => dependsOn.includes(asked.task.id) && status !== 'done' && status !== 'cancelled').map(({ key }) => key)}
          onDo={moves.go}
          onClose={moves.forget}
        />
      )}
      <p aria-live="polite" className="sr-only">
        {moves.said}
      </p>
    </>
  );
}

/** The card that is held, as it stands now. */
function useDragged(tasks: readonly TaskView[]): TaskView | undefined {
  const [id, setId] = useState<string | undefined>();
  useEffect(
    () =>
      monitorForElements({
        canMonitor: ({ source }) => typeof source.data['task'] === 'string',
        onDragStart: ({ source }) => setId(source.data['task'] as string),
        onDrop: () => setId(undefined),
      }),
    [],
  );
  return id === undefined ? undefined : tasks.find((task) => task.id === id);
}
