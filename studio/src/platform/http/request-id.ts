import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { newId } from '../ids/index.js';

const ids = new WeakMap<IncomingMessage, string>();

/** A caller's own id is kept when it is harmless in a header and a log line. */
const ACCEPTED = /^[A-Za-z0-9._-]{8,128}$/;

/** Express middleware: gives each request an id and says it in the answer. */
export function assignRequestId(request: Request, response: Response, next: NextFunction): void {
  response.setHeader('x-request-id', requestIdOf(request));
  next();
}

export function requestIdOf(request: IncomingMessage): string {
  const known = ids.get(request);
  if (known !== undefined) return known;
  const sent = request.headers['x-request-id'];
  const id = typeof sent === 'string' && ACCEPTED.test(sent) ? sent : newId();
  ids.set(request, id);
  return id;
}
