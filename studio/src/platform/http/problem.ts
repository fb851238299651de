import type { Problem, Refusal, RefusalKind } from '@maestro/protocol';

/** The only place where a refusal meets a status. */
const STATUS: Readonly<Record<RefusalKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  unprocessable: 422,
  too_many: 429,
  unavailable: 503,
};

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request is malformed',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  409: 'The present state forbids it',
  410: 'No longer available',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'The content breaks a rule',
  429: 'Too many requests',
  500: 'Something broke in the studio',
  503: 'Not available just now',
};

export function problemOf({ kind, code, sentence, details = {} }: Refusal, requestId: string): Problem {
  const { issues, ...rest } = details;
  return {
    ...problem(STATUS[kind], code, sentence, requestId),
    ...(Array.isArray(issues) ? { issues: issues as Problem['issues'] } : {}),
    ...(Object.keys(rest).length > 0 ? { details: rest } : {}),
  };
}

/** `type` names the kind of problem as a URN and does not pretend that there is a page about it. */
export function problem(status: number, code: string, detail: string, requestId: string): Problem {
  return { type: `urn:maestro:problem:${code}`, title: TITLES[status] ?? 'Error', status, code, detail, requestId };
}
