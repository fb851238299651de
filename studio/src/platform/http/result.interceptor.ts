import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Result } from '@maestro/protocol';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { RefusalError } from './refusal-error.js';

/** Lets a controller return a service's `Result` as it is: a value becomes the body, a refusal goes to the problem filter. */
@Injectable()
export class ResultInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map(unwrap));
  }
}

function unwrap(returned: unknown): unknown {
  if (!isResult(returned)) return returned;
  if (!returned.ok) throw new RefusalError(returned.refusal);
  return returned.value;
}

function isResult(value: unknown): value is Result<unknown> {
  return typeof value === 'object' && value !== null && 'ok' in value && (value.ok === true ? 'value' in value : value.ok === false && 'refusal' in value);
}
