import type { ReactNode } from 'react';
import { Mark } from '../../ui/index.js';

/** The one card that stands before the app: signing in, and the first run. */
export function Gate({ title, lead, children }: { readonly title: string; readonly lead: string; readonly children: ReactNode }): ReactNode {
  return (
    <main className="flex min-h-full items-center justify-center px-4 py-12">
      <div className="flex w-full max-w-90 flex-col gap-6">
        <header className="flex flex-col gap-4">
          <div className="flex items-center gap-2 font-strong">
            <Mark /> Maestro
          </div>
          <div className="flex flex-col gap-1">
            <h1 className="text-title font-strong">{title}</h1>
            <p className="text-muted">{lead}</p>
          </div>
        </header>
        {children}
      </div>
    </main>
  );
}
