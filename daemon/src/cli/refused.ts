import type { SignInProblem } from '../features/identity/index.js';
import type { ApiFailure } from '../features/studio-api/index.js';
import type { ExitName } from './exit-codes.js';
import { CommandFailure, failure } from './failure.js';

/** The studio's "no" to a call. */
export function refused(refusal: ApiFailure): CommandFailure {
  if (refusal.kind === 'signed_out') return signInFailure(refusal.problem);
  const issues = refusal.problem?.issues ?? [];
  const details = issues.map(({ path, message, line, column }) => (line === undefined ? `${path === '' ? '' : `${path}: `}${message}` : `line ${line}${column === undefined ? '' : `, column ${column}`}: ${message}`));
  return new CommandFailure(exitOfStatus(refusal.status), [refusal.sentence, ...details], remedyFor(refusal));
}

export function signInFailure(problem: SignInProblem): CommandFailure {
  if (problem.kind === 'not_signed_in') return failure('notSignedIn', problem.sentence, problem.remedy);
  return failure(exitOfStatus(problem.status), problem.sentence, problem.remedy);
}

export function exitOfStatus(status: number): ExitName {
  switch (status) {
    case 401:
      return 'notSignedIn';
    case 403:
      return 'notPermitted';
    case 404:
      return 'notFound';
    case 409:
    case 410:
    case 412:
      return 'conflict';
    case 408:
    case 504:
      return 'timedOut';
    case 502:
    case 503:
      return 'unreachable';
    default:
      return 'failed';
  }
}

function remedyFor(refusal: Extract<ApiFailure, { kind: 'refused' }>): string {
  if (refusal.code === 'route_not_found') return 'maestro version, and compare it with the studio: one of the two is older';
  if (refusal.code === 'version_conflict') return 'look at it again, then repeat the command';
  switch (exitOfStatus(refusal.status)) {
    case 'notSignedIn':
      return 'maestro auth <invite>, with a new invite from the studio';
    case 'notPermitted':
      return 'ask an admin of the workspace for a role that may, or have them do it';
    case 'notFound':
      return 'maestro project list, maestro plan list or maestro task list, which show what there is';
    case 'conflict':
      return 'maestro plan show, to see how things stand now';
    case 'timedOut':
    case 'unreachable':
      return 'again in a moment';
    case 'done':
    case 'failed':
    case 'usage':
    case 'interrupted':
      return refusal.status === 429 || refusal.status >= 500 ? 'again in a moment' : 'correct what is named above, then repeat the command';
  }
}
