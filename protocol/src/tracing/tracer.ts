import type { SpanAttributes, SpanKind } from './span.js';

export interface SpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  /** The `traceparent` of whoever caused it; without one a new trace begins. */
  readonly parent?: string | undefined;
  readonly attributes?: SpanAttributes;
}

export interface Span {
  /** To be handed to whatever it causes. */
  readonly traceparent: string;
  set(attributes: SpanAttributes): void;
  /** Ends it, once; a second call changes nothing. */
  end(outcome?: 'ok' | 'failed'): void;
}

/** Makes spans and hands them to a collector. Tracing never holds up or fails what it traces. */
export interface Tracer {
  start(start: SpanStart): Span;
  /** Sends what is waiting; resolves once the collector has answered, or not. Never rejects. */
  flush(): Promise<void>;
}
