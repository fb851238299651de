import type { ExitName } from './exit-codes.js';

/** Why a command did not do what it was asked to. Shown as `error:` lines and one `try:` line, never as a stack. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';

  constructor(
    readonly exit: ExitName,
    /** One or more sentences of one line each; the first says what happened. */
    readonly sentences: readonly string[],
    /** Completes "try: …". */
    readonly remedy: string,
    options?: { readonly cause?: unknown },
  ) {
    super(sentences[0], options);
  }
}

export function failure(exit: ExitName, sentence: string, remedy: string, cause?: unknown): CommandFailure {
  return new CommandFailure(exit, [sentence], remedy, cause === undefined ? undefined : { cause });
}
