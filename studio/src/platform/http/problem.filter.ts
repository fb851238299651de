import { Catch, HttpException } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import type { Log } from '../logging/index.js';
import type { MaestroRequest } from '../access/request.js';
import { problem, problemOf } from './problem.js';
import type { Problem } from '@maestro/protocol';
import { RefusalError } from './refusal-error.js';
import { requestIdOf } from './request-id.js';

/** Turns whatever went wrong into a problem document. The only code that knows HTTP statuses. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const response = host.switchToHttp().getResponse<Response>();
    const request = host.switchToHttp().getRequest<MaestroRequest>();
    const answer = this.describe(error, requestIdOf(request));
    // A stream that broke half-way can only be cut off.
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (answer.status === 401) response.setHeader('www-authenticate', 'Bearer realm="maestro"');
    if (answer.status === 503) response.setHeader('retry-after', '1');
    response.status(answer.status).type('application/problem+json').send(JSON.stringify(answer));
  }

  private describe(error: unknown, requestId: string): Problem {
    if (error instanceof RefusalError) return problemOf(error.refusal, requestId);
    if (error instanceof HttpException) return ofNest(error, requestId);
    // A surprise: the cause stays in the log, under the request's id.
    this.log.error({ err: error, requestId }, 'request failed');
    return problem(500, 'internal', `Something broke in the studio. The operator finds the cause in the log under ${requestId}.`, requestId);
  }
}

/** What Nest and Express throw by themselves. Their messages quote what was sent, so they are not passed on. */
function ofNest(error: HttpException, requestId: string): Problem {
  const status = error.getStatus();
  const [code, detail] = OF_NEST[status] ?? ['request_refused', 'The studio cannot take this request.'];
  return problem(status, code, detail, requestId);
}

const OF_NEST: Readonly<Record<number, readonly [code: string, detail: string]>> = {
  400: ['request_unreadable', 'The request cannot be read: its body is not valid JSON, or its address is malformed.'],
  404: ['route_not_found', 'There is no such address here. /api/docs lists all.'],
  413: ['body_too_large', 'The body is larger than this studio accepts.'],
  415: ['unsupported_media_type', 'Send UTF-8 JSON.'],
  429: ['too_many_requests', 'Too many attempts. Wait a minute and try again.'],
};
