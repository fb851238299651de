import { ConfigUnreadable } from '../features/identity/index.js';
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
