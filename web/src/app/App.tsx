import { useState } from 'react';
import type { ReactNode } from 'react';
import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import type { MembershipView } from '@maestro/protocol';
import { FollowStudio, Refused, createQueryClient, queries } from '../api/index.js';
import { PlanPage } from '../features/plans/index.js';
import { ProjectsPage } from '../features/projects/index.js';
import { FirstWorkspacePage, SetupPage, SignInPage } from '../features/sign-in/index.js';
import { Link, usePath } from '../platform/router.js';
import { Failure } from '../ui/index.js';
import { Shell } from './Shell.js';
import { routeOf } from './routes.js';

export function App(): ReactNode {
  const [client] = useState(createQueryClient);
  return (
    <QueryClientProvider client={client}>
      <Entrance />
    </QueryClientProvider>
  );
}

/** Who is there decides which door opens: the app, the first workspace, signing in, or the first run of a new studio. */
function Entrance(): ReactNode {
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
      <Shell me={me.data}>
        <Page memberships={me.data.memberships} />
      </Shell>
    </FollowStudio>
  );
}

function Page({ memberships }: { readonly memberships: readonly MembershipView[] }): ReactNode {
  const route = routeOf(usePath());
  switch (route.page) {
    case 'projects':
      return <ProjectsPage memberships={memberships} />;
    case 'plan':
      return <PlanPage key={route.planId} planId={route.planId} memberships={memberships} />;
    case 'none':
      return (
        <div className="flex flex-col gap-2 p-4 md:p-6">
          <h1 className="text-title font-strong">Nothing is at this address</h1>
          <p className="text-muted">
            It may have been mistyped. All plans are under{' '}
            <Link href="/" className="text-accent underline underline-offset-2">
              Projects
            </Link>
            .
          </p>
        </div>
      );
  }
}

/** The studio itself does not answer: nothing else can be shown. */
function Away({ error, onRetry }: { readonly error: Error; readonly onRetry: () => unknown }): ReactNode {
  return (
    <main className="mx-auto flex min-h-full max-w-[60ch] flex-col justify-center p-4">
      <Failure error={error} onRetry={onRetry} />
    </main>
  );
}
