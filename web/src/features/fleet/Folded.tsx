import type { ReactNode } from 'react';
import { ChevronRight } from 'lucide-react';

interface FoldedProps {
  readonly title: string;
  readonly count: number;
  readonly open?: boolean;
  readonly children: ReactNode;
}

/** What is over and done with: there for who looks for it. */
export function Folded({ title, count, open = false, children }: FoldedProps): ReactNode {
  return (
    <details open={open} className="group">
      <summary className="flex min-h-8 cursor-pointer list-none items-center gap-1.5 text-muted hover:text-text max-md:min-h-11">
        <ChevronRight aria-hidden className="size-4 transition-transform duration-100 group-open:rotate-90" strokeWidth={1.75} />
        {title} <span className="tabular-nums">{count}</span>
      </summary>
      <div className="flex flex-col gap-3 pt-2">{children}</div>
    </details>
  );
}
