import type { ReactNode } from 'react';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Link, browserHistory } from '../platform/router.js';
import { Failure, Page } from '../ui/index.js';
import { Entrance } from './Entrance.js';

/*
 * Every address of the app. A page's code is fetched when it is first shown. Search parameters are plain text: the library's own way
 * writes them as JSON, and an address such as `?task=12` would come back with quotes.
 */
const root = createRootRoute({ component: Entrance, notFoundComponent: NothingHere, errorComponent: Broken });

const pages = [
  createRoute({ getParentRoute: () => root, path: '/', component: lazyRouteComponent(() => import('./pages/ProjectsRoute.js'), 'ProjectsRoute') }),
  // The first run's address. Once that is over it leads where everybody starts.
  createRoute({ getParentRoute: () => root, path: '/setup', component: lazyRouteComponent(() => import('./pages/ProjectsRoute.js'), 'ProjectsRoute') }),
  createRoute({ getParentRoute: () => root, path: '/plans/$planId', component: lazyRouteComponent(() => import('./pages/PlanRoute.js'), 'PlanRoute') }),
  createRoute({ getParentRoute: () => root, path: '/runs/$runId', component: lazyRouteComponent(() => import('./pages/RunRoute.js'), 'RunRoute') }),
  createRoute({ getParentRoute: () => root, path: '/inbox', component: lazyRouteComponent(() => import('./pages/InboxRoute.js'), 'InboxRoute') }),
  createRoute({ getParentRoute: () => root, path: '/fleet', component: lazyRouteComponent(() => import('./pages/FleetRoute.js'), 'FleetRoute') }),
  createRoute({ getParentRoute: () => root, path: '/knowledge', component: lazyRouteComponent(() => import('./pages/KnowledgeRoute.js'), 'KnowledgeRoute') }),
  createRoute({ getParentRoute: () => root, path: '/members', component: lazyRouteComponent(() => import('./pages/MembersRoute.js'), 'MembersRoute') }),
] as const;

const parse = (search: string): Record<string, string> => Object.fromEntries(new URLSearchParams(search));
const stringify = (search: Record<string, unknown>): string => {
  const said = new URLSearchParams(Object.entries(search).filter((entry): entry is [string, string] => typeof entry[1] === 'string')).toString();
  return said === '' ? '' : `?${said}`;
};

export function createAppRouter() {
  return createRouter({ routeTree: root.addChildren(pages), history: browserHistory, parseSearch: parse, stringifySearch: stringify });
}

function NothingHere(): ReactNode {
  return (
    <Page title="Nothing is at this address">
      <p className="text-muted">
        It may have been mistyped. All plans are under{' '}
        <Link href="/" className="text-accent underline underline-offset-2">
          Projects
        </Link>
        .
      </p>
    </Page>
  );
}

/** A page broke, or its code could not be fetched because the studio was replaced by a newer one meanwhile. */
function Broken({ error }: { readonly error: unknown }): ReactNode {
  return (
    <Page title="This page could not be shown">
      <Failure error={error instanceof Error ? error : new Error(String(error))} onRetry={() => location.reload()} />
    </Page>
  );
}
