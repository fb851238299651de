export { harmless } from './span.js';
export type { SpanAttributes, SpanKind } from './span.js';
export { formatTraceparent, parseTraceparent } from './trace-context.js';
export type { TraceContext } from './trace-context.js';
export type { Span, SpanStart, Tracer } from './tracer.js';
