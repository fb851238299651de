export type Route = { readonly page: 'projects' } | { readonly page: 'plan'; readonly planId: string } | { readonly page: 'none' };

/** What an address shows. `/setup` is the first run's; once that is over it leads where everybody starts. */
export function routeOf(path: string): Route {
  const [first, second, ...rest] = path.split('/').filter((part) => part !== '');
  if (first === undefined || (first === 'setup' && second === undefined)) return { page: 'projects' };
  if (first === 'plans' && second !== undefined && rest.length === 0) return { page: 'plan', planId: encodeURIComponent(second) };
  return { page: 'none' };
}
