import type { NextFunction, Request, Response } from 'express';
import type { Metrics } from './metrics.js';

/** Express middleware: how long answers take, by route pattern. What matched no route is one label, or scanners would fill the registry. */
export function httpMetrics(metrics: Metrics) {
  const durations = metrics.histogram('http_request_seconds', 'Time to answer a request.', ['method', 'route', 'status'], [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]);
  return (request: Request, response: Response, next: NextFunction): void => {
    const end = durations.startTimer({ method: request.method });
    response.once('finish', () => {
      const route = (request.route as { readonly path?: unknown } | undefined)?.path;
      end({ route: typeof route === 'string' ? route : 'none', status: String(response.statusCode) });
    });
    next();
  };
}
