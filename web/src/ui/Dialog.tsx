import type { ReactNode } from 'react';
import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';

interface DialogProps {
  readonly title: string;
  /** What will happen, in a sentence or two. */
  readonly lead?: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A question that stands before everything else. It takes the focus, keeps it, and gives it back. */
export function Dialog({ title, lead, onClose, children }: DialogProps): ReactNode {
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="appear fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          {...(lead === undefined ? { 'aria-describedby': undefined } : {})}
          className="appear fixed top-[12vh] left-1/2 z-50 flex max-h-[76vh] w-[calc(100vw-2rem)] max-w-120 -translate-x-1/2 flex-col gap-4 overflow-y-auto rounded-control border border-border bg-surface p-5 outline-none"
        >
          <header className="flex flex-col gap-1 pr-8">
            <Radix.Title className="font-strong">{title}</Radix.Title>
            {lead !== undefined && (
              <Radix.Description asChild>
                <div className="text-muted">{lead}</div>
              </Radix.Description>
            )}
          </header>
          {children}
          <Radix.Close className="absolute top-3 right-3 flex size-8 items-center justify-center rounded-control text-muted hover:bg-raised hover:text-text" aria-label="Close">
            <X aria-hidden className="size-4" strokeWidth={1.75} />
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The row of buttons at a dialog's end; the one that goes on comes last. */
export function DialogActions({ children }: { readonly children: ReactNode }): ReactNode {
  return <div className="flex flex-wrap justify-end gap-2 pt-1">{children}</div>;
}
