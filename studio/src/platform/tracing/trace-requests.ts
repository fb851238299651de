import type { NextFunction, Request, Response } from 'express';
import type { Tracing } from './tracing.js';

/** Probes and files of the web app say nothing about what anybody did. */
const TRACED = /^\/api\//;

/** Express middleware: a span per request of the interface, in the trace that the browser or the command began. */
export function traceRequests(tracing: Tracing) {
  return (request: Request, response: Response, next: NextFunction): void => {
    if (!tracing.isOn || !TRACED.test(request.path)) return next();
    const { method } = request;
    const parent = request.headers['traceparent'];
    const span = tracing.open({ name: method, kind: 'server', parent: typeof parent === 'string' ? parent : undefined, attributes: { 'http.request.method': method } }, next);
    response.once('close', () => {
      const path = (request.route as { readonly path?: unknown } | undefined)?.path;
      span?.set({ 'http.response.status_code': response.statusCode, ...(typeof path === 'string' ? { 'http.route': path } : {}) });
      span?.end(response.statusCode >= 500 ? 'failed' : 'ok');
    });
  };
}
