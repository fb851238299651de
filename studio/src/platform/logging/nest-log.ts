import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Nest's own messages, in the same stream and format as the studio's. Its start-up chatter is `debug`. */
export class NestLog implements LoggerService {
  constructor(private readonly pino: Logger) {}

  verbose(message: unknown, ...rest: unknown[]): void {
    this.pino.trace(fieldsOf(rest), String(message));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.pino.debug(fieldsOf(rest), String(message));
  }

  /** Nest calls this for "Mapped route …" and the like. */
  log(message: unknown, ...rest: unknown[]): void {
    this.pino.debug(fieldsOf(rest), String(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.pino.warn(fieldsOf(rest), String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.pino.error({ ...fieldsOf(rest), ...(message instanceof Error ? { err: message } : {}) }, String(message));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.pino.fatal(fieldsOf(rest), String(message));
  }
}

/** Nest passes a stack, if it has one, and then the context's name. */
function fieldsOf(rest: readonly unknown[]): { context?: string; stack?: string } {
  const texts = rest.filter((part) => typeof part === 'string');
  const context = texts.at(-1);
  const [stack] = texts.length > 1 ? texts : [];
  return { ...(context === undefined ? {} : { context }), ...(stack === undefined ? {} : { stack }) };
}
