import { isDeepStrictEqual } from 'node:util';
import type { Route } from './routes.js';

/** What the routes of the studios under test declare that they answer, by the studio's address. */
const declared = new Map<string, readonly { readonly method: string; readonly path: RegExp; readonly route: Route }[]>();

/** From now on every good answer of this studio is held against what its route declares. */
export function declareAnswers(url: string, routes: readonly Route[]): void {
  // Routes without parameters first, as they are mounted: `projects/lookup` is no id.
  const ordered = [...routes].sort((a, b) => Number(a.path.includes(':')) - Number(b.path.includes(':')));
  declared.set(
    url,
    ordered.map((route) => ({ method: route.method, path: new RegExp(`^${route.path.replace(/\{\*path\}/, '.*').replace(/:[^/]+/g, '[^/]+')}$`), route })),
  );
}

/** @throws Error that names the route and what differs: a field that is missing, wrong, or sent without being declared. */
export function checkAnswer(url: string, method: string, path: string, status: number, body: unknown): void {
  if (status < 200 || status > 299) return;
  const { pathname } = new URL(path, url);
  const route = declared.get(new URL(url).origin)?.find((each) => each.method === method && each.path.test(pathname))?.route;
  if (route?.answer?.kind !== 'json') return;
  const read = route.answer.schema.safeParse(body);
  if (!read.success) throw new Error(`${route.method} ${route.path} answers what it does not declare: ${read.error.message}`);
  if (!isDeepStrictEqual(read.data, body)) throw new Error(`${route.method} ${route.path} sends more than it declares:\n${JSON.stringify(body)}\ndeclared:\n${JSON.stringify(read.data)}`);
}
