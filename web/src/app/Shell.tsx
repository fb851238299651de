import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Layers, LogOut } from 'lucide-react';
import type { MeView } from '@maestro/protocol';
import { post, useLiveness } from '../api/index.js';
import type { Liveness } from '../api/index.js';
import { PlansUnderWay } from '../features/plans/index.js';
import { Link, usePath } from '../platform/router.js';
import { Mark } from '../ui/index.js';

/** The frame around every page of somebody who is signed in: a rail at the left, on a narrow screen a bar at the bottom. */
export function Shell({ me, children }: { readonly me: MeView; readonly children: ReactNode }): ReactNode {
  const [first] = me.memberships;
  return (
    <div className="flex h-full flex-col-reverse md:flex-row">
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-20 focus:m-2 focus:rounded-control focus:bg-surface focus:px-3 focus:py-2">
        Skip to the content
      </a>
      <nav aria-label="Main" className="flex shrink-0 items-center gap-1 border-border max-md:h-13 max-md:justify-around max-md:border-t max-md:px-2 md:w-54 md:flex-col md:items-stretch md:border-r md:p-3">
        <div className="flex h-8 items-center gap-2 px-2 font-strong max-md:hidden">
          <Mark />
          <span className="truncate">{first?.workspaceName ?? 'Maestro'}</span>
        </div>
        <RailLink href="/" icon={<Layers aria-hidden className="size-4" strokeWidth={1.75} />}>
          Projects
        </RailLink>
        <div className="flex min-h-0 flex-1 flex-col pt-5 max-md:hidden">
          <PlansUnderWay memberships={me.memberships} />
        </div>
        <LiveState />
        <SignOut name={me.user.name} />
      </nav>
      <Content>{children}</Content>
    </div>
  );
}

/** What scrolls. On the way to another page it takes the focus, so that keys and screen readers go on there and not in the rail. */
function Content({ children }: { readonly children: ReactNode }): ReactNode {
  const path = usePath();
  const shown = useRef(path);
  const content = useRef<HTMLElement>(null);
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    content.current?.scrollTo(0, 0);
    content.current?.focus({ preventScroll: true });
  }, [path]);
  return (
    <main ref={content} id="content" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto bg-surface outline-none">
      {children}
    </main>
  );
}

function RailLink({ href, icon, children }: { readonly href: string; readonly icon: ReactNode; readonly children: ReactNode }): ReactNode {
  const isHere = usePath() === href;
  return (
    <Link href={href} aria-current={isHere ? 'page' : undefined} className="flex items-center gap-2.5 rounded-control px-2 text-muted hover:bg-raised hover:text-text aria-[current]:bg-raised aria-[current]:text-text max-md:h-11 max-md:flex-col max-md:justify-center max-md:gap-0.5 max-md:text-small md:mt-2 md:h-8">
      {icon}
      {children}
    </Link>
  );
}

const LIVE_WORDS: Readonly<Record<Liveness, string>> = { live: 'Live', connecting: 'Connecting…', waiting: 'Reconnecting…', stopped: 'Not live' };

/** Whether what is on the screen is what is. */
function LiveState(): ReactNode {
  const phase = useLiveness();
  return (
    <p role="status" className="flex items-center gap-2.5 px-2 text-small text-muted max-md:h-11 max-md:flex-col max-md:justify-center max-md:gap-0.5 md:h-8">
      <span aria-hidden className="flex size-4 items-center justify-center">
        <span className={`size-2 rounded-round ${phase === 'live' ? 'bg-done' : 'border border-outline'}`} />
      </span>
      {LIVE_WORDS[phase]}
    </p>
  );
}

function SignOut({ name }: { readonly name: string }): ReactNode {
  const client = useQueryClient();
  const signingOut = useMutation({ mutationFn: () => post('/auth/logout'), onSuccess: () => client.resetQueries() });
  return (
    <div className="flex min-w-0 items-center gap-2.5 md:h-8 md:pl-2">
      <span className="min-w-0 flex-1 truncate max-md:hidden" title={name}>
        {name}
      </span>
      <button
        type="button"
        title="Sign out"
        disabled={signingOut.isPending}
        onClick={() => signingOut.mutate()}
        className="flex items-center justify-center rounded-control text-muted hover:bg-raised hover:text-text max-md:h-11 max-md:flex-col max-md:gap-0.5 max-md:px-2 max-md:text-small md:size-8"
      >
        <LogOut aria-hidden className="size-4" strokeWidth={1.75} />
        <span className="md:sr-only">Sign out</span>
      </button>
    </div>
  );
}
