import type { ReactNode } from 'react';

/** Rows in the place and shape of those that come. */
export function SkeletonRows({ rows, label }: { readonly rows: number; readonly label: string }): ReactNode {
  return (
    <div role="status" aria-label={label} className="divide-y divide-border border-y border-border">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex h-9 items-center gap-3 px-4">
          <span className="skeleton size-3.5 rounded-round" />
          <span className="skeleton h-3" style={{ width: `${28 + ((row * 17) % 30)}%` }} />
        </div>
      ))}
    </div>
  );
}
