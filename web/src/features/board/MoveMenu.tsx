import type { ReactNode } from 'react';
import { Ellipsis } from 'lucide-react';
import type { TaskView } from '@maestro/protocol';
import { ACTION_WORDS, TASK_LOOKS } from '../tasks/index.js';
import { Menu, MenuItem, MenuLabel, StatusIcon } from '../../ui/index.js';
import { dropsOf } from './domain/columns.js';
import type { ColumnId, Drop } from './domain/columns.js';

interface MoveMenuProps {
  readonly task: TaskView;
  readonly column: ColumnId;
  readonly isOpen: boolean;
  readonly onOpen: (taskId: string | undefined) => void;
  readonly onMove: (task: TaskView, drop: Extract<Drop, { takes: true }>) => void;
}

/** Every column that the card can be dropped on, for keys, fingers and screen readers; and why not, for the others. */
export function MoveMenu({ task, column, isOpen, onOpen, onMove }: MoveMenuProps): ReactNode {
  return (
    <Menu
      open={isOpen}
      onOpenChange={(open) => onOpen(open ? task.id : undefined)}
      trigger={
        <button type="button" aria-label={`Move ${task.key} to…`} className="relative z-10 -mr-1 flex size-6 shrink-0 items-center justify-center rounded-[4px] text-muted hover:bg-raised hover:text-text max-md:-my-2 max-md:-mr-2.5 max-md:size-11">
          <Ellipsis aria-hidden className="size-4" />
        </button>
      }
    >
      <MenuLabel>Move {task.key} to…</MenuLabel>
      {dropsOf(task, column).map(({ column: to, drop }) => (
        <MenuItem key={to} icon={<StatusIcon look={TASK_LOOKS[to]} />} disabled={!drop.takes} hint={drop.takes ? ACTION_WORDS[drop.move.event].name : drop.sentence} onSelect={() => drop.takes && onMove(task, drop)}>
          {TASK_LOOKS[to].word}
        </MenuItem>
      ))}
    </Menu>
  );
}
