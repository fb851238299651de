import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import type { Context, Span as SdkSpan } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import { formatTraceparent, harmless, parseTraceparent } from '@maestro/protocol';
import type { Span, SpanKind as Kind, SpanStart, Tracer } from '@maestro/protocol';

/*
 * The one file that knows the SDK of OpenTelemetry, and nobody imports it before a collector is set: it is a tenth of a second and several
 * megabytes. The studio has a twin of it, since the two never import each other and `protocol` depends on no SDK.
 */

/** Where spans go: the base address of an OTLP/HTTP collector, and the headers it wants. */
export interface Collector {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One message takes so long at most, attempts included; a stop waits for no more than that. */
const SEND_MS = 3_000;
const BATCH = { maxExportBatchSize: 200, maxQueueSize: 2_000, scheduledDelayMillis: 2_000, exportTimeoutMillis: SEND_MS };

const KIND: Readonly<Record<Kind, SpanKind>> = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, client: SpanKind.CLIENT };

export function exporterTo({ endpoint, headers }: Collector): SpanExporter {
  return new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, headers: { ...headers }, timeoutMillis: SEND_MS });
}

export function createTracer(exporter: SpanExporter, service: { readonly name: string; readonly version: string }): Tracer {
  const resource = resourceFromAttributes({ 'service.name': service.name, 'service.version': service.version });
  const provider = new BasicTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(exporter, BATCH)] });
  const tracer = provider.getTracer('maestro', service.version);
  return {
    // Causes are named, never taken from OpenTelemetry's own ambient context: they come with the work that the studio gives.
    start: ({ name, kind, parent, attributes = {} }) => spanOf(tracer.startSpan(name, { kind: KIND[kind], attributes: harmless(attributes) }, contextOf(parent))),
    // The processor's flush leaves out what is under way already; the exporter's waits for that.
    flush: async () => void (await Promise.allSettled([provider.forceFlush(), exporter.forceFlush?.()])),
  };
}

function contextOf(parent: SpanStart['parent']): Context {
  const cause = parseTraceparent(parent);
  if (cause === undefined) return ROOT_CONTEXT;
  const { traceId, spanId, sampled } = cause;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true });
}

function spanOf(span: SdkSpan): Span {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    traceparent: formatTraceparent({ traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 }),
    set: (attributes) => void span.setAttributes(harmless(attributes)),
    end: (outcome = 'ok') => {
      // The SDK complains of a second end.
      if (!span.isRecording()) return;
      if (outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}
