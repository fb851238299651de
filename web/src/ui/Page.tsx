import { useEffect } from 'react';
import type { ReactNode } from 'react';

interface PageProps {
  readonly title: string;
  /** Stands at the right of the title. */
  readonly actions?: ReactNode;
  readonly lead?: ReactNode;
  /** For what wants the whole width, such as a board. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** The frame of a page: its one heading, which is also the window's title. */
export function Page({ title, actions, lead, wide = false, children }: PageProps): ReactNode {
  useEffect(() => {
    document.title = `${title} · Maestro`;
  }, [title]);
  return (
    <div className={`flex flex-col gap-6 p-4 md:p-6 ${wide ? '' : 'max-w-5xl'}`}>
      <header className="flex flex-col gap-1">
        <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-2">
          <h1 className="min-w-0 flex-1 text-title font-strong">{title}</h1>
          {actions}
        </div>
        {lead !== undefined && <p className="max-w-[75ch] text-muted">{lead}</p>}
      </header>
      {children}
    </div>
  );
}
