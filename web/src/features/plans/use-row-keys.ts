import { useState } from 'react';
import type { RefObject } from 'react';
import type { TaskView } from '@maestro/protocol';
import { itemAt, useKeptFocus } from '../../platform/kept-focus.js';
import { setSearch } from '../../platform/router.js';
import { useShortcuts } from '../../platform/shortcuts.js';

/** A new one for each wish, so that the same row can be wanted again. */
interface Wanted {
  readonly id: string;
}

/**
 * `j` and `k` go from row to row, `x` selects. While the drawer is open they change what it shows.
 *
 * @returns the row that shall have the focus; the list scrolls to it.
 */
export function useRowKeys(order: readonly TaskView[], opened: string | undefined, onSelect: (taskId: string) => void, frame: RefObject<HTMLElement | null>): Wanted | undefined {
  const [wanted, setWanted] = useState<Wanted | undefined>();
  const last = useKeptFocus(frame, order);
  const current = (): string | undefined => itemAt(document.activeElement, frame.current) ?? order.find(({ key }) => key === opened)?.id ?? last.current;
  const go = (by: 1 | -1) => (): boolean => {
    const at = order.findIndex(({ id }) => id === current());
    const next = order[at === -1 ? 0 : at + by];
    if (next === undefined) return false;
    last.current = next.id;
    if (opened === undefined) setWanted({ id: next.id });
    else setSearch({ task: next.key }, { replace: true });
    return true;
  };
  const arrow = (by: 1 | -1) => (): boolean => itemAt(document.activeElement, frame.current) !== undefined && go(by)();
  useShortcuts('List', [
    { keys: 'j', says: 'Next task', run: go(1) },
    { keys: 'k', says: 'Task before', run: go(-1) },
    { keys: 'ArrowDown', says: 'Next task', run: arrow(1) },
    { keys: 'ArrowUp', says: 'Task before', run: arrow(-1) },
    {
      keys: 'x',
      says: 'Select the task',
      run: () => {
        const id = current();
        if (id === undefined) return false;
        onSelect(id);
        return true;
      },
    },
  ]);
  return wanted;
}
