import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { FollowStudio, Refused, queries } from '../api/index.js';
import { FirstWorkspacePage, SetupPage, SignInPage } from '../features/sign-in/index.js';
import { Failure } from '../ui/index.js';
import { MeProvider } from './me.js';
import { Shell } from './Shell.js';

/** Who is there decides which door opens: the app, the first workspace, signing in, or the first run of a new studio. */
export function Entrance(): ReactNode {
  const me = useQuery(queries.me());
  const isStranger = me.error instanceof Refused && me.error.status === 401;
  const setup = useQuery({ ...queries.setup(), enabled: isStranger });
  if (isStranger) {
    if (setup.data !== undefined) return setup.data.needed ? <SetupPage /> : <SignInPage />;
    return setup.error === null ? null : <Away error={setup.error} onRetry={setup.refetch} />;
  }
  if (me.data === undefined) return me.error === null ? null : <Away error={me.error} onRetry={me.refetch} />;
  if (me.data.memberships.length === 0) {
    return (
      <FollowStudio>
        <FirstWorkspacePage user={me.data.user} />
      </FollowStudio>
    );
  }
  return (
    <FollowStudio>
      <MeProvider value={me.data}>
        <Shell me={me.data}>
          <Outlet />
        </Shell>
      </MeProvider>
    </FollowStudio>
  );
}

/** The studio itself does not answer: nothing else can be shown. */
function Away({ error, onRetry }: { readonly error: Error; readonly onRetry: () => unknown }): ReactNode {
  return (
    <main className="mx-auto flex min-h-full max-w-[60ch] flex-col justify-center p-4">
      <Failure error={error} onRetry={onRetry} />
    </main>
  );
}
