import type { ReactNode } from 'react';
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';

const KINDS = {
  info: { Icon: Info, frame: 'border-border bg-raised/60', icon: 'text-accent' },
  warning: { Icon: TriangleAlert, frame: 'border-progress/45 bg-progress/8', icon: 'text-progress' },
  problem: { Icon: CircleAlert, frame: 'border-blocked/45 bg-blocked/8', icon: 'text-blocked' },
} as const;

interface CalloutProps {
  readonly kind?: keyof typeof KINDS;
  /** For what appears in answer to something a person did: it is read out at once. */
  readonly urgent?: boolean;
  readonly title?: string;
  readonly children: ReactNode;
}

/** A sentence that must not be overlooked. */
export function Callout({ kind = 'info', urgent = false, title, children }: CalloutProps): ReactNode {
  const { Icon, frame, icon } = KINDS[kind];
  return (
    <div role={urgent ? 'alert' : undefined} className={`appear flex items-start gap-2.5 rounded-control border px-3 py-2 ${frame}`}>
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${icon}`} />
      <div className="flex min-w-0 flex-1 flex-col gap-1.5">
        {title !== undefined && <p className="font-strong">{title}</p>}
        {children}
      </div>
    </div>
  );
}
