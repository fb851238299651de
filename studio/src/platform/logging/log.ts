import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import { currentLogIds } from './log-ids.js';

type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** The injection token and type of the structured log: `log.info({ runId }, 'run claimed')`. */
export abstract class Log {
  abstract trace(fields: object, message: string): void;
  abstract debug(fields: object, message: string): void;
  abstract info(fields: object, message: string): void;
  abstract warn(fields: object, message: string): void;
  abstract error(fields: object, message: string): void;
  abstract fatal(fields: object, message: string): void;
}

/** Names under which a secret may stand in anything that is logged, at the top and two levels down. */
const SECRET_NAMES = ['authorization', 'cookie', '"set-cookie"', 'password', 'passwordHash', 'token', 'accessToken', 'refreshToken', 'invite', 'secretKey', '"proxy-authorization"'];
const REDACTED = ['', '*.', '*.*.'].flatMap((prefix) => SECRET_NAMES.map((name) => (name.startsWith('"') && prefix === '' ? `[${name}]` : name.startsWith('"') ? `${prefix.slice(0, -1)}[${name}]` : prefix + name)));

/** @param destination where lines go. Standard error by default: standard output is for what another program reads. */
export function createLog(level: LogLevel, destination: DestinationStream = pino.destination({ fd: 2, sync: true })): Logger {
  return pino({ level, base: null, mixin: () => ({ ...currentLogIds() }), redact: { paths: REDACTED, censor: '[redacted]' }, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

/**
 * A path as it may be logged: without the query, and without any segment that could be a token (a one-time link carries one).
 * UUIDs and short words stay readable.
 */
export function loggablePath(url: string): string {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  return path
    .split('/')
    .map((segment) => (segment.length <= 32 || UUID.test(segment) ? segment : '[redacted]'))
    .join('/');
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
