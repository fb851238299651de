import { ToolsUnavailableError } from '../features/agent-tools/index.js';
import { ConfigUnreadable } from '../features/identity/index.js';
import type { SignInProblem } from '../features/identity/index.js';
import type { ApiFailure } from '../features/studio-api/index.js';
import { GitFailure, GitInterrupted } from '../platform/git.js';
import { StudioUnreachable } from '../platform/http.js';
import { LocalRefusal, NobodyListens } from '../platform/line-rpc.js';
import { ProcessStartError } from '../platform/process.js';
import { SecretsUnavailable } from '../platform/secrets/secret-store.js';
import type { ExitName } from './exit-codes.js';
import { CommandFailure, failure } from './failure.js';

/** What an error of the layers below means to whoever typed the command. */
export function explain(error: unknown): CommandFailure {
  if (error instanceof CommandFailure) return error;
  if (error instanceof StudioUnreachable) return failure('unreachable', `The studio at ${hostOf(error.url)} cannot be reached: ${error.why}.`, 'maestro doctor, or wait until the studio is back', error);
  if (error instanceof NobodyListens) return failure('notFound', 'No daemon runs on this machine.', 'maestro connect', error);
  if (error instanceof LocalRefusal) return failure(LOCAL_EXITS[error.code] ?? 'failed', error.sentence, error.remedy === '' ? 'maestro status' : error.remedy, error);
  if (error instanceof SecretsUnavailable) return failure('failed', error.sentence, error.remedy, error);
  if (error instanceof ConfigUnreadable) return failure('failed', `${error.path} cannot be read: ${error.why}`, 'correct the file, or move it away and run maestro auth again', error);
  if (error instanceof ToolsUnavailableError) return failure('failed', error.message, 'nothing by hand: the agent of a run starts this by itself', error);
  if (error instanceof GitInterrupted && error.reason === 'timeout') return failure('timedOut', `git ${error.command} took too long.`, 'maestro doctor', error);
  if (error instanceof GitFailure) return failure('failed', `git ${error.command} failed.`, 'the same again with --verbose', error);
  if (error instanceof ProcessStartError) return failure('failed', `The program ${error.command} could not be started: ${error.reason.replaceAll('_', ' ')}.`, 'maestro doctor', error);
  if (isFileError(error)) return failure(error.code === 'ENOENT' ? 'notFound' : 'failed', fileSentence(error), 'check the path and its permissions', error);
  return failure('failed', error instanceof Error ? `Something unexpected happened: ${error.message}` : 'Something unexpected happened.', 'the same again with --verbose, and report what it says', error);
}

const LOCAL_EXITS: Readonly<Record<string, ExitName>> = {
  not_connected: 'notFound',
  no_such_run: 'notFound',
  several_runs: 'usage',
  not_manual: 'conflict',
  agent_unusable: 'usage',
  unknown_method: 'conflict',
  bad_request: 'conflict',
  bad_answer: 'conflict',
};

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

function isFileError(error: unknown): error is NodeJS.ErrnoException & { readonly path: string } {
  return error instanceof Error && 'code' in error && 'path' in error && typeof error.path === 'string' && typeof error.code === 'string';
}

function fileSentence(error: NodeJS.ErrnoException & { readonly path: string }): string {
  switch (error.code) {
    case 'ENOENT':
      return `There is no file ${error.path}.`;
    case 'EACCES':
    case 'EPERM':
      return `${error.path} may not be used by this user.`;
    case 'EISDIR':
      return `${error.path} is a folder.`;
    case 'ENOSPC':
      return 'The disk is full.';
    default:
      return `${error.path} cannot be used (${error.code ?? 'unknown'}).`;
  }
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
