import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash, randomUUID } from 'node:crypto';
import { Injectable, SetMetadata } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { refuse } from '@maestro/protocol';
import type { Refused } from '@maestro/protocol';
import type { Response } from 'express';
import { from, lastValueFrom, Observable } from 'rxjs';
import { requestOf } from '../access/request.js';
import type { MaestroRequest } from '../access/request.js';
import { Database } from '../database/index.js';
import { RefusalError } from '../http/refusal-error.js';
import { IdempotencyRepository } from './idempotency.repository.js';
import type { KeyRecord, KeyUse } from './idempotency.repository.js';

const HEADER = 'idempotency-key';
const VALID_KEY = /^[\x21-\x7e]{1,200}$/;
const SECRET_ANSWER = 'maestro:secret-answer';

/** For routes whose answer holds a token: it is shown once and never stored, so a repeated key gets 409 `answer_not_kept`. */
export function SecretAnswer(): MethodDecorator {
  return SetMetadata(SECRET_ANSWER, true);
}

/**
 * Gives signed-in POSTs the semantics of draft-ietf-httpapi-idempotency-key-header: the same key again has no second effect and gets the
 * first answer (marked `idempotency-replayed`); the same key with another request is refused with 422.
 *
 * Storing the answer after the handler alone would leave a gap: a process that dies between commit and storing would let the retry do it
 * twice. So every transaction of the request also marks the key, and fails if somebody else has taken it over meanwhile.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly current = new AsyncLocalStorage<KeyUse>();

  constructor(
    private readonly database: Database,
    private readonly keys: IdempotencyRepository,
    private readonly reflector: Reflector,
  ) {
    database.beforeEveryCommit(async (tx) => {
      const use = this.current.getStore();
      if (use !== undefined && !(await this.keys.markEffect(tx, use))) throw new Error('idempotency.claim_lost: another request took this key over');
    });
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const request = requestOf(context);
    const key = request.headers[HEADER];
    // A public route has no caller to scope the key by; those routes are safe to repeat by their own means.
    if (request.method !== 'POST' || key === undefined || request.caller === undefined) return next.handle();
    return from(this.once(context, request, String(key), next));
  }

  private async once(context: ExecutionContext, request: MaestroRequest, key: string, next: CallHandler): Promise<unknown> {
    if (!VALID_KEY.test(key)) throw refused(refuse('invalid', 'idempotency_key_invalid', 'An Idempotency-Key is 1 to 200 printable ASCII characters.'));
    const use: KeyUse = { scope: `user:${request.caller?.userId ?? ''}`, key, claim: randomUUID() };
    const hash = hashOf(request);
    const response = context.switchToHttp().getResponse<Response>();

    const earlier = await this.claim(use, hash);
    if (earlier !== undefined) return replay(earlier, hash, response);

    try {
      const answer: unknown = await this.current.run(use, () => lastValueFrom(next.handle(), { defaultValue: undefined }));
      const secret = this.reflector.get<boolean | undefined>(SECRET_ANSWER, context.getHandler()) === true;
      await this.database.inTransaction((tx) => this.keys.storeAnswer(tx, use, secret ? NOT_KEPT : response.statusCode, secret ? null : answer));
      return answer;
    } catch (error) {
      await this.database.inTransaction((tx) => this.keys.release(tx, use));
      throw error;
    }
  }

  /** `undefined` when this request may proceed; otherwise what is known of the earlier one. */
  private claim(use: KeyUse, hash: Buffer): Promise<KeyRecord | undefined> {
    return this.database.inTransaction(async (tx) => {
      if (await this.keys.claim(tx, use, hash)) return undefined;
      const earlier = await this.keys.find(tx, use.scope, use.key);
      const free = earlier === undefined || (earlier.abandoned && !earlier.hadEffect && earlier.status === null && earlier.requestHash.equals(hash));
      if (!free) return earlier;
      const taken = earlier === undefined ? await this.keys.claim(tx, use, hash) : await this.keys.takeOver(tx, use, earlier.claim);
      return taken ? undefined : await this.keys.find(tx, use.scope, use.key);
    });
  }
}

/** Stored as the status when the answer itself was a secret. Not an HTTP status, so it cannot be replayed by mistake. */
const NOT_KEPT = 0;

function replay(earlier: KeyRecord, hash: Buffer, response: Response): unknown {
  if (!earlier.requestHash.equals(hash)) {
    throw refused(refuse('unprocessable', 'idempotency_key_reused', 'This Idempotency-Key was used for a different request. Make a new key for each request.'));
  }
  if (earlier.status === NOT_KEPT) {
    throw refused(refuse('conflict', 'answer_not_kept', 'This was already carried out, and its answer held a secret that is shown only once. Start again with a new key.'));
  }
  if (earlier.status !== null) {
    response.status(earlier.status).setHeader('idempotency-replayed', 'true');
    return earlier.response;
  }
  if (earlier.abandoned) {
    throw refused(refuse('conflict', 'answer_lost', 'This was already carried out, but its answer was lost in a crash. Read the present state instead of repeating it.'));
  }
  throw refused(refuse('conflict', 'idempotency_in_progress', 'The first request with this Idempotency-Key is still running. Try again in a moment.'));
}

function hashOf(request: MaestroRequest): Buffer {
  return createHash('sha256').update(`${request.method} ${request.originalUrl}\n`).update(JSON.stringify(request.body ?? null)).digest();
}

function refused({ refusal }: Refused): RefusalError {
  return new RefusalError(refusal);
}
