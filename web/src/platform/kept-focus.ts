import { useEffect, useRef } from 'react';
import type { RefObject } from 'react';

/**
 * Remembers which of the things in a frame, each marked with `data-item`, had the focus last. One that is made anew elsewhere (a card that
 * changed its column) gets the focus back, so that keys go on where they were; not once a pointer was put down somewhere else.
 *
 * @param changes what the things are drawn from.
 */
export function useKeptFocus(frame: RefObject<HTMLElement | null>, changes: unknown): RefObject<string | undefined> {
  const last = useRef<string | undefined>(undefined);
  const isKept = useRef(false);
  useEffect(() => {
    const onFocus = ({ target }: FocusEvent): void => {
      const item = itemAt(target, frame.current);
      if (item === undefined) return;
      last.current = item;
      isKept.current = true;
    };
    const onPointer = ({ target }: PointerEvent): void => {
      if (itemAt(target, frame.current) === undefined) isKept.current = false;
    };
    document.addEventListener('focusin', onFocus);
    document.addEventListener('pointerdown', onPointer);
    return () => {
      document.removeEventListener('focusin', onFocus);
      document.removeEventListener('pointerdown', onPointer);
    };
  }, [frame]);
  useEffect(() => {
    if (isKept.current && last.current !== undefined && document.activeElement === document.body) focusItem(frame.current, last.current, { preventScroll: true });
  }, [frame, changes]);
  return last;
}

/** Gives the focus to the first link of a thing. Answers whether it was there. */
export function focusItem(frame: HTMLElement | null, id: string, options?: FocusOptions): boolean {
  const link = frame?.querySelector<HTMLElement>(`[data-item="${CSS.escape(id)}"] a`) ?? undefined;
  link?.focus(options);
  return link !== undefined;
}

/** The thing that holds this, in this frame. */
export function itemAt(target: EventTarget | null, frame: HTMLElement | null): string | undefined {
  const item = target instanceof Element ? target.closest<HTMLElement>('[data-item]') : null;
  return item !== null && frame?.contains(item) === true ? item.dataset['item'] : undefined;
}
