import type { ReactNode } from 'react';
import { Tabs as Radix } from 'radix-ui';

interface Tab<T extends string> {
  readonly id: T;
  readonly name: string;
  /** How many there are to see; nothing is shown for none. */
  readonly count?: number | undefined;
  readonly content: ReactNode;
}

interface TabsProps<T extends string> {
  /** Names the row of tabs for screen readers. */
  readonly label: string;
  readonly tabs: readonly Tab<T>[];
  readonly shown: T;
  readonly onShow: (id: T) => void;
}

/** A row of tabs with the one chosen below. Only that one is mounted. */
export function Tabs<T extends string>({ label, tabs, shown, onShow }: TabsProps<T>): ReactNode {
  return (
    <Radix.Root value={shown} onValueChange={(id) => onShow(id as T)} className="flex min-w-0 flex-col">
      <Radix.List aria-label={label} className="flex shrink-0 gap-1 overflow-x-auto border-b border-border px-3">
        {tabs.map(({ id, name, count = 0 }) => (
          <Radix.Trigger
            key={id}
            value={id}
            className="-mb-px flex h-9 shrink-0 items-center gap-1.5 border-b-2 border-transparent px-2 text-muted -outline-offset-2 hover:text-text data-[state=active]:border-accent data-[state=active]:text-text max-md:h-11"
          >
            {name}
            {count > 0 && <span className="text-small text-muted tabular-nums">{count}</span>}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map(({ id, content }) => (
        <Radix.Content key={id} value={id} className="min-w-0 outline-none">
          {content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
