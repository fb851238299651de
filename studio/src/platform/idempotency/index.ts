export { ForgetKeysLoop } from './forget-keys.loop.js';
export { IdempotencyInterceptor, SecretAnswer } from './idempotency.interceptor.js';
export { IdempotencyRepository } from './idempotency.repository.js';
export { KeyRetention } from './key-retention.js';
export { Operations } from './operations.js';
