import type { Refusal } from '@maestro/protocol';

/** Carries a refusal through Nest's pipeline to the problem filter. Made by guards, pipes and the result interceptor, never by a service. */
export class RefusalError extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.sentence);
    this.name = 'RefusalError';
  }
}
