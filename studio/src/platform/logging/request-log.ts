import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { requestIdOf } from '../http/request-id.js';
import { loggablePath } from './log.js';

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
    customLogLevel: (request, response, error) => {
      if (error !== undefined || response.statusCode >= 500) return 'error';
      // Probes come every few seconds and say nothing.
      return /^\/(healthz|readyz|metrics)$/.test(request.url ?? '') ? 'trace' : 'info';
    },
  });
}
