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
    if (isBodyParserError(error)) return ofBodyParser(error, requestId);
    // A surprise: the cause stays in the log, under the request's id.
    this.log.error({ err: error, requestId }, 'request failed');
    return problem(500, 'internal', `Something broke in the studio. The operator finds the cause in the log under ${requestId}.`, requestId);
  }
}

/** What Nest itself throws: unknown routes, too many requests. */
function ofNest(error: HttpException, requestId: string): Problem {
  const status = error.getStatus();
  switch (status) {
    case 404:
      return problem(404, 'route_not_found', 'There is no such address here. /api/docs lists all.', requestId);
    case 429:
      return problem(429, 'too_many_requests', 'Too many attempts. Wait a minute and try again.', requestId);
    default:
      return problem(status, 'http_error', error.message, requestId);
  }
}

interface BodyParserError extends Error {
  readonly type: string;
  readonly status: number;
}

function isBodyParserError(error: unknown): error is BodyParserError {
  return error instanceof Error && 'type' in error && typeof error.type === 'string' && 'status' in error && typeof error.status === 'number';
}

/** `type` as listed at https://github.com/expressjs/body-parser#errors. Its messages quote the body, so they are not passed on. */
function ofBodyParser(error: BodyParserError, requestId: string): Problem {
  switch (error.type) {
    case 'entity.parse.failed':
      return problem(400, 'invalid_json', 'The body is not valid JSON.', requestId);
    case 'entity.too.large':
      return problem(413, 'body_too_large', 'The body is larger than this studio accepts.', requestId);
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return problem(415, 'unsupported_media_type', 'Send UTF-8 JSON.', requestId);
    default:
      return problem(error.status >= 500 ? 400 : error.status, 'invalid_request', 'The request could not be read.', requestId);
  }
}
