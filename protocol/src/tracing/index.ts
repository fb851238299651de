export type { SpanAttributes } from './span.js';
export { formatTraceparent, parseTraceparent } from './trace-context.js';
export type { TraceContext } from './trace-context.js';
export { Tracer } from './tracer.js';
export type { Span, SpanStart, TracerPorts } from './tracer.js';
