import type { ReactNode } from 'react';

/** Maestro's sign. Always beside its name, so it is not read out. */
export function Mark({ className = 'size-5' }: { readonly className?: string }): ReactNode {
  return (
    <svg aria-hidden viewBox="0 0 32 32" className={`shrink-0 ${className}`}>
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path d="M8 23V10.5l8 8 8-8V23" fill="none" strokeWidth="3" strokeLinecap="round" strokeLinejoin="round" className="stroke-on-accent" />
    </svg>
  );
}
