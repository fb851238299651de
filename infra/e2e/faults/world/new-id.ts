import { randomUUID } from 'node:crypto';

/** A UUIDv7, as the protocol wants its ids: the milliseconds of now, and chance behind them. */
export function newId(): never {
  const [, , third = '', ...rest] = randomUUID().split('-');
  const time = Date.now().toString(16).padStart(12, '0');
  return [time.slice(0, 8), time.slice(8), `7${third.slice(1)}`, ...rest].join('-') as never;
}
