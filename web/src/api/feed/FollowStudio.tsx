import { createContext, use, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { isRefused, queries } from '../queries.js';
import { Feed } from './feed.js';
import type { FeedState } from './feed-machine.js';
import { touchedBy } from './touched.js';

export type Liveness = FeedState['phase'];

const Phase = createContext<Liveness>('connecting');

/** Whether what is shown is live. */
export function useLiveness(): Liveness {
  return use(Phase);
}

/** Follows the studio while it is mounted, and keeps the cache of answers fresh. Only for somebody who is signed in. */
export function FollowStudio({ children }: { readonly children: ReactNode }): ReactNode {
  const client = useQueryClient();
  const [phase, setPhase] = useState<Liveness>('connecting');
  useEffect(() => {
    const feed = startFeed(client, setPhase);
    const onVisible = (): void => {
      if (document.visibilityState === 'visible') feed.tryNow();
    };
    window.addEventListener('online', feed.tryNow);
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      window.removeEventListener('online', feed.tryNow);
      document.removeEventListener('visibilitychange', onVisible);
      feed.stop();
    };
  }, [client]);
  return <Phase value={phase}>{children}</Phase>;
}

function startFeed(client: QueryClient, onPhase: (phase: Liveness) => void): Feed {
  return new Feed({
    open: (cursor) => new WebSocket(`${location.origin.replace(/^http/, 'ws')}/ws/events${cursor === null ? '' : `?${new URLSearchParams({ cursor }).toString()}`}`),
    onEvents: (events) => {
      const keys = new Map(events.flatMap(touchedBy).map((queryKey) => [JSON.stringify(queryKey), queryKey]));
      for (const queryKey of keys.values()) void client.invalidateQueries({ queryKey });
    },
    onRefresh: () => void client.invalidateQueries({ predicate: ({ state }) => !isRefused(state.error) }),
    onCheckSession: () => void client.invalidateQueries({ queryKey: queries.me().queryKey }),
    onPhase,
  });
}
