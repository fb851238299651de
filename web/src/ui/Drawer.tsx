import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { X } from 'lucide-react';

interface DrawerProps {
  /** Names it for screen readers. */
  readonly label: string;
  readonly onClose: () => void;
  /** What stands beside the button that closes it. */
  readonly head: ReactNode;
  readonly children: ReactNode;
}

/**
 * Details at the right, with the list beside it still in view and in reach; on a narrow screen a page of its own. No dialog: it holds
 * nothing back, so it keeps no focus either. `Escape` closes it, unless a menu or dialog of its own was meant.
 */
export function Drawer({ label, onClose, head, children }: DrawerProps): ReactNode {
  const frame = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    frame.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  // It shows something else now, and what had the focus in it is gone.
  useEffect(() => {
    if (document.activeElement === document.body) frame.current?.focus({ preventScroll: true });
  }, [label]);
  return (
    <aside
      ref={frame}
      tabIndex={-1}
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.stopPropagation();
        onClose();
      }}
      className="appear fixed inset-0 z-30 flex min-w-0 flex-col border-border bg-surface outline-none md:left-auto md:w-[min(44rem,62vw)] md:border-l"
    >
      <header className="flex min-h-12 shrink-0 items-center gap-2 border-b border-border py-2 pr-2 pl-4">
        <div className="flex min-w-0 flex-1 items-center gap-2">{head}</div>
        <button type="button" aria-label="Close" onClick={onClose} className="flex size-8 shrink-0 items-center justify-center rounded-control text-muted hover:bg-raised hover:text-text max-md:size-11">
          <X aria-hidden className="size-4" strokeWidth={1.75} />
        </button>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
    </aside>
  );
}
