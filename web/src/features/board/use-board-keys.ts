import { useRef, useState } from 'react';
import type { RefObject } from 'react';
import { focusItem, useKeptFocus } from '../../platform/kept-focus.js';
import { useShortcuts } from '../../platform/shortcuts.js';
import { cardBeside } from './domain/columns.js';
import type { Column, Direction } from './domain/columns.js';

export interface BoardKeys {
  readonly board: RefObject<HTMLDivElement | null>;
  /** Somebody has the focus now, so no card waits for it. */
  readonly onFocus: () => void;
  /** The card that shall have the focus as soon as it is there; a long column has to be scrolled to it first. */
  readonly wanted: string | undefined;
  /** The card whose menu is open. */
  readonly menuOf: string | undefined;
  readonly setMenuOf: (taskId: string | undefined) => void;
}

/** Arrows and `h j k l` go from card to card, `m` opens the menu of the card that has the focus. */
export function useBoardKeys(columns: readonly Column[]): BoardKeys {
  const board = useRef<HTMLDivElement>(null);
  const current = useKeptFocus(board, columns);
  const [wanted, setWanted] = useState<string | undefined>();
  const [menuOf, setMenuOf] = useState<string | undefined>();
  const go = (direction: Direction) => (): boolean => {
    // Elsewhere on the page these keys scroll, and mean what they always do.
    if (!isHere(board.current)) return false;
    const next = cardBeside(columns, current.current, direction);
    if (next === undefined) return false;
    current.current = next.id;
    if (!focusItem(board.current, next.id)) setWanted(next.id);
    return true;
  };
  useShortcuts('Board', [
    { keys: 'j', says: 'Next card', run: go('down') },
    { keys: 'k', says: 'Card before', run: go('up') },
    { keys: 'l', says: 'Next column', run: go('right') },
    { keys: 'h', says: 'Column before', run: go('left') },
    { keys: 'ArrowDown', says: 'Next card', run: go('down') },
    { keys: 'ArrowUp', says: 'Card before', run: go('up') },
    { keys: 'ArrowRight', says: 'Next column', run: go('right') },
    { keys: 'ArrowLeft', says: 'Column before', run: go('left') },
    {
      keys: 'm',
      says: 'Move the card to…',
      run: () => {
        if (current.current === undefined || !isHere(board.current)) return false;
        setMenuOf(current.current);
        return true;
      },
    },
  ]);
  return { board, onFocus: () => setWanted(undefined), wanted, menuOf, setMenuOf };
}

/** Whether the focus is on the board, or nowhere in particular. */
function isHere(board: HTMLElement | null): boolean {
  const { activeElement } = document;
  return activeElement === null || activeElement === document.body || activeElement.id === 'content' || board?.contains(activeElement) === true;
}
