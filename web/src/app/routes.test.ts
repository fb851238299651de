import { expect, it } from 'vitest';
import { routeOf } from './routes.js';

it.each([
  ['/', { page: 'projects' }],
  ['/setup', { page: 'projects' }],
  ['/plans/01a1', { page: 'plan', planId: '01a1' }],
  ['/plans/01a1/', { page: 'plan', planId: '01a1' }],
  ['/plans/..%2Fme', { page: 'plan', planId: '..%252Fme' }],
  ['/plans', { page: 'none' }],
  ['/plans/01a1/edit', { page: 'none' }],
  ['/elsewhere', { page: 'none' }],
])('%s', (path, route) => {
  expect(routeOf(path)).toEqual(route);
});
