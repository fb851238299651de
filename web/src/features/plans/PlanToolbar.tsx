import { useEffect, useRef, useState } from 'react';
import type { ReactNode, RefObject } from 'react';
import { Columns3, List, Search } from 'lucide-react';
import { setSearch, useSearch } from '../../platform/router.js';
import { useShortcuts } from '../../platform/shortcuts.js';
import { SelectField, figure } from '../../ui/index.js';

interface PlanToolbarProps {
  readonly isBoard: boolean;
  readonly shown: number;
  readonly total: number;
}

/** How the tasks are shown, and which. It is all in the address: it survives a reload and can be sent. */
export function PlanToolbar({ isBoard, shown, total }: PlanToolbarProps): ReactNode {
  const search = useSearch();
  const field = useRef<HTMLInputElement>(null);
  const typed = search.get('q') ?? '';
  useShortcuts('Plan', [
    { keys: '/', says: 'Filter the tasks', run: () => field.current?.focus() },
    { keys: 'v', says: 'List or board', run: () => setSearch({ view: isBoard ? null : 'board' }) },
  ]);
  return (
    <div className="flex flex-wrap items-center gap-2 px-4 pb-3 md:px-6">
      <div role="group" aria-label="How the tasks are shown" className="flex rounded-control border border-border p-px">
        <ViewButton name="List" Icon={List} isShown={!isBoard} onShow={() => setSearch({ view: null })} />
        <ViewButton name="Board" Icon={Columns3} isShown={isBoard} onShow={() => setSearch({ view: 'board' })} />
      </div>
      {!isBoard && (
        <SelectField label="Divided by" labelHidden className="w-28" value={search.get('by') === 'levels' ? 'levels' : 'phases'} onChange={(event) => setSearch({ by: event.target.value === 'levels' ? 'levels' : null }, { replace: true })}>
          <option value="phases">By phase</option>
          <option value="levels">By level</option>
        </SelectField>
      )}
      <FilterField field={field} typed={typed} />
      <p aria-live="polite" className={typed === '' ? 'sr-only' : 'text-small text-muted tabular-nums'}>
        {typed === '' ? '' : `${figure(shown)} of ${figure(total)}`}
      </p>
    </div>
  );
}

/**
 * What is typed is kept here too: the address follows a moment later, and a field that waited for it would lose letters. When the address
 * changes otherwise, such as on the way back, the field follows it.
 */
function FilterField({ field, typed }: { readonly field: RefObject<HTMLInputElement | null>; readonly typed: string }): ReactNode {
  const [text, setText] = useState(typed);
  useEffect(() => {
    if (document.activeElement !== field.current) setText(typed);
  }, [field, typed]);
  const change = (next: string): void => {
    setText(next);
    setSearch({ q: next === '' ? null : next }, { replace: true });
  };
  return (
    <label className="relative flex min-w-0 items-center max-md:flex-1 md:ml-auto md:w-60">
      <span className="sr-only">Filter the tasks</span>
      <Search aria-hidden className="absolute left-2 size-3.5 text-muted" strokeWidth={1.75} />
      <input
        ref={field}
        type="search"
        value={text}
        placeholder="Filter"
        onChange={(event) => change(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          change('');
          event.currentTarget.blur();
        }}
        className="h-8 w-full min-w-0 rounded-control border border-outline bg-surface pr-2 pl-7 max-md:h-11"
      />
    </label>
  );
}

interface ViewButtonProps {
  readonly name: string;
  readonly Icon: typeof List;
  readonly isShown: boolean;
  readonly onShow: () => void;
}

function ViewButton({ name, Icon, isShown, onShow }: ViewButtonProps): ReactNode {
  return (
    <button type="button" aria-pressed={isShown} onClick={onShow} className="flex h-7 items-center gap-1.5 rounded-[4px] px-2 text-muted hover:text-text aria-pressed:bg-raised aria-pressed:text-text max-md:h-10 max-md:px-3">
      <Icon aria-hidden className="size-3.5" strokeWidth={1.75} />
      {name}
    </button>
  );
}
