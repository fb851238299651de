/** Who waits for what a span describes: nobody outside, whoever called us, or we for somebody else. */
export type SpanKind = 'internal' | 'server' | 'client';

/**
 * Everything that a span may say of itself. A closed list, and none of it free text: names, ids, codes and route patterns. What people,
 * agents and repositories write never goes to a collector.
 */
export interface SpanAttributes {
  readonly 'http.request.method'?: string | undefined;
  readonly 'http.route'?: string | undefined;
  readonly 'http.response.status_code'?: number | undefined;
  readonly 'rpc.system'?: string | undefined;
  readonly 'rpc.method'?: string | undefined;
  readonly 'maestro.project'?: string | undefined;
  readonly 'maestro.plan'?: string | undefined;
  readonly 'maestro.task'?: string | undefined;
  readonly 'maestro.run'?: string | undefined;
  readonly 'maestro.session'?: string | undefined;
  readonly 'maestro.purpose'?: string | undefined;
  readonly 'maestro.agent'?: string | undefined;
  readonly 'maestro.outcome'?: string | undefined;
}

const HARMLESS = /^[A-Za-z0-9._:/{}*$-]{0,120}$/;

/** The types say what may be there; this makes sure of the values, since an id or a name may come from outside. */
export function harmless(attributes: SpanAttributes): Readonly<Record<string, string | number>> {
  const said = Object.entries(attributes).filter((each): each is [string, string | number] => typeof each[1] === 'number' || (typeof each[1] === 'string' && HARMLESS.test(each[1])));
  return Object.fromEntries(said);
}
