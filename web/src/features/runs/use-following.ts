import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';

/** Pixels from the end within which somebody is at the end. */
const NEAR = 32;

interface Following {
  readonly isFollowing: boolean;
  readonly setFollowing: (on: boolean) => void;
  readonly onScroll: () => void;
}

/**
 * Keeps the end of what grows in view, until somebody scrolls up; whoever scrolls back to the end follows again.
 *
 * @param height of all there is: the end is shown again when it changes.
 * @param toEnd scrolls there.
 */
export function useFollowing(scroller: RefObject<HTMLElement | null>, isLive: boolean, atFirst: boolean, height: number, toEnd: () => void): Following {
  const [isWanted, setWanted] = useState(atFirst);
  const top = useRef(0);
  const isFollowing = isWanted && isLive;
  useLayoutEffect(() => {
    if (isFollowing) toEnd();
    // `toEnd` is another function with every render; what it is called for is the new height.
  }, [isFollowing, height]);
  const onScroll = useCallback(() => {
    const frame = scroller.current;
    if (frame === null) return;
    const isUp = frame.scrollTop < top.current - 1;
    top.current = frame.scrollTop;
    const isAtEnd = frame.scrollHeight - frame.scrollTop - frame.clientHeight <= NEAR;
    if (isAtEnd) setWanted(true);
    else if (isUp) setWanted(false);
  }, [scroller]);
  return { isFollowing, setFollowing: setWanted, onScroll };
}
