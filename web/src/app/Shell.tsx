import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { Search } from 'lucide-react';
import type { MeView } from '@maestro/protocol';
import { useLiveness } from '../api/index.js';
import type { Liveness } from '../api/index.js';
import { useInboxCount } from '../features/inbox/index.js';
import { PlansUnderWay } from '../features/plans/index.js';
import { Link, navigate, usePath } from '../platform/router.js';
import { listenForShortcuts, useShortcuts } from '../platform/shortcuts.js';
import { Mark } from '../ui/index.js';
import { AccountMenu } from './AccountMenu.js';
import { PLACES } from './navigation.js';
import { Palette } from './Palette.js';
import { ShortcutList } from './ShortcutList.js';

type Above = 'nothing' | 'palette' | 'shortcuts';

/** The frame around every page of somebody who is signed in: a rail at the left, on a narrow screen bars at the top and the bottom. */
export function Shell({ me, children }: { readonly me: MeView; readonly children: ReactNode }): ReactNode {
  const [above, setAbove] = useState<Above>('nothing');
  const close = (): void => setAbove('nothing');
  useGlobalKeys(setAbove);
  return (
    <div className="flex h-full flex-col md:flex-row">
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-20 focus:m-2 focus:rounded-control focus:bg-surface focus:px-3 focus:py-2">
        Skip to the content
      </a>
      <header className="flex h-12 shrink-0 items-center gap-1 border-b border-border pr-1 pl-4 md:hidden">
        <WorkspaceName me={me} />
        <span className="flex-1" />
        <LiveState brief />
        <button type="button" aria-label="Go to…" onClick={() => setAbove('palette')} className="flex size-11 items-center justify-center text-muted">
          <Search aria-hidden className="size-4.5" strokeWidth={1.75} />
        </button>
        <AccountMenu user={me.user} onShortcuts={() => setAbove('shortcuts')} />
      </header>
      <Rail me={me} onAbove={setAbove} />
      <Content>{children}</Content>
      {above === 'palette' && <Palette memberships={me.memberships} onClose={close} />}
      {above === 'shortcuts' && <ShortcutList onClose={close} />}
    </div>
  );
}

function Rail({ me, onAbove }: { readonly me: MeView; readonly onAbove: (above: Above) => void }): ReactNode {
  const waiting = useInboxCount(me.memberships);
  return (
    <nav aria-label="Main" className="flex shrink-0 items-center gap-1 border-border max-md:order-last max-md:h-14 max-md:justify-around max-md:border-t max-md:px-1 md:w-54 md:flex-col md:items-stretch md:border-r md:p-3">
      <div className="flex h-8 items-center px-2 max-md:hidden">
        <WorkspaceName me={me} />
      </div>
      <button
        type="button"
        onClick={() => onAbove('palette')}
        className="mt-2 mb-2 flex h-8 items-center gap-2.5 rounded-control border border-border bg-surface px-2 text-muted hover:border-outline hover:text-text max-md:hidden"
      >
        <Search aria-hidden className="size-4" strokeWidth={1.75} />
        <span className="flex-1 text-left">Go to…</span>
        <kbd className="font-mono text-small">Ctrl K</kbd>
      </button>
      {PLACES.map((place) => (
        <RailLink key={place.href} place={place} count={place.href === '/inbox' ? waiting : 0} />
      ))}
      <div className="flex min-h-0 flex-1 flex-col pt-5 max-md:hidden">
        <PlansUnderWay memberships={me.memberships} />
      </div>
      <div className="flex flex-col gap-1 max-md:hidden">
        <LiveState />
        <AccountMenu user={me.user} onShortcuts={() => onAbove('shortcuts')} />
      </div>
    </nav>
  );
}

function useGlobalKeys(setAbove: (above: Above) => void): void {
  useEffect(() => listenForShortcuts(), []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      setAbove('palette');
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [setAbove]);
  useShortcuts('Everywhere', [
    { keys: '?', says: 'List the shortcuts', run: () => setAbove('shortcuts') },
    ...PLACES.map(({ href, name, key }) => ({ keys: `g ${key}`, says: `Go to ${name.toLowerCase()}`, run: () => navigate(href) })),
  ]);
}

function WorkspaceName({ me }: { readonly me: MeView }): ReactNode {
  return (
    <span className="flex min-w-0 items-center gap-2 font-strong">
      <Mark />
      <span className="truncate">{me.memberships[0]?.workspaceName ?? 'Maestro'}</span>
    </span>
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
    <main ref={content} id="content" tabIndex={-1} className="min-h-0 min-w-0 flex-1 overflow-y-auto bg-surface outline-none">
      {children}
    </main>
  );
}

function RailLink({ place: { href, name, Icon, owns }, count }: { readonly place: (typeof PLACES)[number]; readonly count: number }): ReactNode {
  const isHere = owns.test(usePath());
  return (
    <Link
      href={href}
      aria-current={isHere ? 'page' : undefined}
      className="flex items-center gap-2.5 rounded-control px-2 text-muted hover:bg-raised hover:text-text aria-[current]:bg-raised aria-[current]:text-text max-md:relative max-md:h-12 max-md:min-w-16 max-md:flex-col max-md:justify-center max-md:gap-0.5 max-md:text-small md:h-8"
    >
      <Icon aria-hidden className="size-4 shrink-0" strokeWidth={1.75} />
      <span className="md:flex-1">{name}</span>
      {count > 0 && (
        <span className="text-small font-strong text-blocked tabular-nums max-md:absolute max-md:top-0.5 max-md:left-[calc(50%+0.625rem)]">
          {count}
          <span className="sr-only"> {count === 1 ? 'needs' : 'need'} you</span>
        </span>
      )}
    </Link>
  );
}

const LIVE_WORDS: Readonly<Record<Liveness, string>> = { live: 'Live', connecting: 'Connecting…', waiting: 'Reconnecting…', stopped: 'Not live' };

/** Whether what is on the screen is what is. */
function LiveState({ brief = false }: { readonly brief?: boolean }): ReactNode {
  const phase = useLiveness();
  return (
    <p role="status" className={`flex items-center gap-2.5 px-2 text-small text-muted ${brief ? '' : 'h-8'}`}>
      <span aria-hidden className="flex size-4 items-center justify-center">
        <span className={`size-2 rounded-round ${phase === 'live' ? 'bg-done' : 'border border-outline'}`} />
      </span>
      <span className={brief && phase === 'live' ? 'sr-only' : ''}>{LIVE_WORDS[phase]}</span>
    </p>
  );
}
