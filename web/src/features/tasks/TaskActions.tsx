import { useState } from 'react';
import type { ReactNode } from 'react';
import { Ellipsis } from 'lucide-react';
import type { MembershipView, TaskDetail } from '@maestro/protocol';
import { Button, Menu, MenuItem } from '../../ui/index.js';
import { RaiseBudget, mayRaise } from '../budget/index.js';
import { ActionDialog } from './ActionDialog.js';
import { actionsOf } from './domain/actions.js';
import type { TaskAction } from './domain/actions.js';
import { requestOf } from './domain/requests.js';
import { ACTION_WORDS } from './domain/words.js';
import { useTaskAct } from './use-task-act.js';

interface TaskActionsProps {
  readonly task: TaskDetail;
  readonly projectId: string;
  readonly membership: MembershipView;
  /** Keys of open tasks that wait for this one. */
  readonly dependents: readonly string[];
}

/** Buttons for what a task's state offers; what is rarely meant is behind the last one. */
export function TaskActions({ task, projectId, membership, dependents }: TaskActionsProps): ReactNode {
  const [asked, setAsked] = useState<TaskAction | undefined>();
  const acting = useTaskAct();
  const actions = actionsOf(task, membership);
  const canRaise = mayRaise(task.blocked?.actions ?? [], membership.roles);
  if (actions.length === 0 && !canRaise) return null;
  const shown = actions.filter((action) => !isRare(action, task));
  const rare = actions.filter((action) => isRare(action, task));
  const close = (): void => {
    acting.reset();
    setAsked(undefined);
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      {canRaise && <RaiseBudget projectId={projectId} of="task" />}
      {shown.map((action, index) => (
        <Button key={action} kind={index === 0 && task.blocked !== null && !canRaise ? 'primary' : 'plain'} className="max-md:h-11" onClick={() => setAsked(action)}>
          {ACTION_WORDS[action].name}…
        </Button>
      ))}
      {rare.length > 0 && (
        <Menu
          align="start"
          trigger={
            <button type="button" aria-label="More actions" className="flex size-8 shrink-0 items-center justify-center rounded-control text-muted hover:bg-raised hover:text-text max-md:size-11">
              <Ellipsis aria-hidden className="size-4" />
            </button>
          }
        >
          {rare.map((action) => (
            <MenuItem key={action} danger={ACTION_WORDS[action].isHard ?? false} onSelect={() => setAsked(action)}>
              {ACTION_WORDS[action].name}…
            </MenuItem>
          ))}
        </Menu>
      )}
      {asked !== undefined && (
        <ActionDialog
          action={asked}
          task={task}
          projectId={projectId}
          workspaceId={membership.workspaceId}
          dependents={dependents}
          question={task.question}
          pending={acting.isPending}
          problem={acting.error?.message}
          onDo={(input) => acting.mutate({ task, request: requestOf(asked, task, input) }, { onSuccess: close })}
          onClose={close}
        />
      )}
    </div>
  );
}

/** What ends work is a step away from what goes on with it; so is assigning, unless that is what a stopped task waits for. */
function isRare(action: TaskAction, task: TaskDetail): boolean {
  return action === 'cancel' || action === 'stop' || (action === 'assign' && task.blocked !== null && task.blocked.code !== 'stopped');
}
