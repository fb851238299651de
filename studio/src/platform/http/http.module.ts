import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { Config } from '../../config/index.js';
import { ForgetKeysLoop, IdempotencyInterceptor, IdempotencyRepository, KeyRetention, Operations } from '../idempotency/index.js';
import { Log } from '../logging/index.js';
import { throttlers } from './limit-attempts.js';
import { Origins } from './origins.js';
import { ProblemFilter } from './problem.filter.js';
import { PublicUrl } from './public-url.js';
import { ResultInterceptor } from './result.interceptor.js';
import { SessionCookie } from './session-cookie.js';
import { StorableTextPipe } from './storable-text.pipe.js';
import { validationPipe } from './validation.pipe.js';

/** What every route gets without asking: validation, problem documents, results, idempotency. */
@Global()
@Module({
  imports: [ThrottlerModule.forRootAsync({ inject: [Config], useFactory: (config: Config) => throttlers(config) })],
  providers: [
    { provide: PublicUrl, useFactory: (config: Config) => new PublicUrl(config.publicUrl), inject: [Config] },
    { provide: Origins, useFactory: (config: Config) => new Origins([...(config.publicUrl === undefined ? [] : [config.publicUrl]), ...config.allowedOrigins]), inject: [Config] },
    { provide: SessionCookie, useFactory: (url: PublicUrl) => new SessionCookie(url), inject: [PublicUrl] },
    IdempotencyRepository,
    Operations,
    KeyRetention,
    ForgetKeysLoop,
    { provide: APP_PIPE, useClass: StorableTextPipe },
    { provide: APP_PIPE, useFactory: validationPipe },
    // The first registered is the outermost: idempotency sees what ResultInterceptor made of a handler's result.
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
    { provide: APP_INTERCEPTOR, useClass: ResultInterceptor },
    { provide: APP_FILTER, useFactory: (log: Log) => new ProblemFilter(log), inject: [Log] },
  ],
  exports: [PublicUrl, Origins, SessionCookie, IdempotencyRepository, Operations],
})
export class HttpModule {}
