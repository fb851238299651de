import type { ReactNode } from 'react';
import { DropdownMenu as Radix } from 'radix-ui';

interface MenuProps {
  /** The button that opens it; it must pass its props and ref on to a real `<button>`. */
  readonly trigger: ReactNode;
  readonly children: ReactNode;
  readonly align?: 'start' | 'end';
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
}

/** A menu at a button, in reach of keys and pointer alike. */
export function Menu({ trigger, children, align = 'end', ...state }: MenuProps): ReactNode {
  return (
    <Radix.Root modal={false} {...state}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      {/* In the page's main part, not at the end of the body: there it would belong to no landmark. */}
      <Radix.Portal container={document.getElementById('content')}>
        <Radix.Content align={align} sideOffset={4} collisionPadding={8} className="appear z-50 flex max-h-[70vh] min-w-44 max-w-80 flex-col overflow-y-auto rounded-control border border-border bg-surface p-1 outline-none">
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface MenuItemProps {
  readonly icon?: ReactNode;
  readonly onSelect: () => void;
  readonly disabled?: boolean;
  /** Why it is offered and cannot be chosen, or what it does; a second, quieter line. */
  readonly hint?: string | undefined;
  readonly danger?: boolean;
  readonly children: ReactNode;
}

export function MenuItem({ icon, onSelect, disabled = false, hint, danger = false, children }: MenuItemProps): ReactNode {
  return (
    <Radix.Item
      disabled={disabled}
      onSelect={onSelect}
      className={`flex min-h-8 cursor-pointer items-center gap-2.5 rounded-[4px] px-2 py-1 outline-none data-disabled:cursor-default data-highlighted:bg-raised max-md:min-h-11 ${danger ? 'text-blocked' : ''}`}
    >
      {icon !== undefined && <span className="flex size-4 shrink-0 items-center justify-center">{icon}</span>}
      <span className="flex min-w-0 flex-1 flex-col">
        <span className={disabled ? 'text-muted' : ''}>{children}</span>
        {hint !== undefined && <span className="text-small text-muted">{hint}</span>}
      </span>
    </Radix.Item>
  );
}

export function MenuLabel({ children }: { readonly children: ReactNode }): ReactNode {
  return <Radix.Label className="px-2 pt-1.5 pb-1 text-small text-muted">{children}</Radix.Label>;
}

export function MenuSeparator(): ReactNode {
  return <Radix.Separator className="my-1 h-px bg-border" />;
}
