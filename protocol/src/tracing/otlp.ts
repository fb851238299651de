import type { SpanAttributes, SpanKind } from './span.js';

/** A finished span. Times are milliseconds since 1970. */
export interface FinishedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: SpanAttributes;
  readonly failed: boolean;
}

export interface Resource {
  readonly service: string;
  readonly version: string;
}

/** `Span.SpanKind` and `Status.StatusCode` of opentelemetry-proto 1.x. */
const KIND: Readonly<Record<SpanKind, number>> = { internal: 1, server: 2, client: 3 };
const STATUS_ERROR = 2;

/** The body of `POST <endpoint>/v1/traces` in OTLP/HTTP's JSON form: https://opentelemetry.io/docs/specs/otlp/#otlphttp. */
export function toOtlp({ service, version }: Resource, spans: readonly FinishedSpan[]): unknown {
  const attributes = [attribute('service.name', service), attribute('service.version', version)];
  return { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ scope: { name: 'maestro', version }, spans: spans.map(toSpan) }] }] };
}

function toSpan({ traceId, spanId, parentSpanId, name, kind, startedAt, endedAt, attributes, failed }: FinishedSpan): unknown {
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name,
    kind: KIND[kind],
    startTimeUnixNano: nanos(startedAt),
    endTimeUnixNano: nanos(Math.max(startedAt, endedAt)),
    attributes: Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [attribute(key, value)])),
    ...(failed ? { status: { code: STATUS_ERROR } } : {}),
  };
}

function attribute(key: string, value: string | number): unknown {
  return { key, value: typeof value === 'number' ? { intValue: String(Math.round(value)) } : { stringValue: value } };
}

/** As a text: nanoseconds since 1970 are more than a double can count. */
function nanos(milliseconds: number): string {
  return (BigInt(Math.floor(milliseconds * 1000)) * 1000n).toString();
}
