import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { requestIdOf } from '../http/request-id.js';
import { loggablePath } from './log.js';
import { idsInPath, withLogIds } from './log-ids.js';

/** Express middleware: whatever a request logs is about the things that its path names. */
export function logIdsOfRequest(request: IncomingMessage, _response: ServerResponse, next: () => void): void {
  withLogIds(idsInPath(request.url ?? ''), next);
}

/** Express middleware: one line per answered request. Headers and bodies are never logged, nor are queries. */
export function requestLog(log: Logger) {
  return pinoHttp<IncomingMessage, ServerResponse>({
    logger: log,
    genReqId: requestIdOf,
    quietReqLogger: true,
    serializers: {
      req: (request: { id: string; method: string; url: string }) => ({ id: request.id, method: request.method, path: loggablePath(request.url) }),
      res: (response: { statusCode: number }) => ({ status: response.statusCode }),
    },
    // The line is written when the answer is out, which is in nobody's call chain any more.
    customProps: (request) => ({ ...idsInPath(request.url ?? '') }),
    customLogLevel: (request, response, error) => {
      if (error !== undefined || response.statusCode >= 500) return 'error';
      // Probes come every few seconds and say nothing.
      return /^\/(healthz|readyz|metrics)$/.test(request.url ?? '') ? 'trace' : 'info';
    },
  });
}
