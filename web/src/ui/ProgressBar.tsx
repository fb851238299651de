import type { ReactNode } from 'react';
import type { Hue } from './StatusIcon.js';

export interface Segment {
  readonly hue: Hue;
  readonly count: number;
}

const FILL: Readonly<Record<Hue, string>> = { quiet: 'bg-quiet', progress: 'bg-progress', review: 'bg-review', landing: 'bg-landing', done: 'bg-done', blocked: 'bg-blocked' };

/** How much of a whole stands where. For the eye only: whoever uses it says the counts in words beside it. */
export function ProgressBar({ segments, total, className = '' }: { readonly segments: readonly Segment[]; readonly total: number; readonly className?: string }): ReactNode {
  return (
    <div aria-hidden className={`flex h-1.5 gap-px overflow-hidden rounded-round bg-raised ${className}`}>
      {segments.map(({ hue, count }) => count > 0 && <span key={hue} className={`h-full transition-[width] duration-150 ${FILL[hue]}`} style={{ width: `${(100 * count) / total}%` }} />)}
    </div>
  );
}
