import type { ReactNode } from 'react';
import { useNow } from '../platform/now.js';
import { relativeTime } from './relative-time.js';

/** How long ago something was; the moment itself on hover. */
export function Age({ at, className }: { readonly at: string; readonly className?: string }): ReactNode {
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()} className={`tabular-nums ${className ?? ''}`}>
      {relativeTime(at, useNow())}
    </time>
  );
}
