import { AsyncLocalStorage } from 'node:async_hooks';
import { parseTraceparent, PROTOCOL_VERSION } from '@maestro/protocol';
import type { Span, SpanStart, Tracer } from '@maestro/protocol';
import { withLogIds } from '../logging/index.js';

/** Where spans go: the base address of an OTLP/HTTP collector, and what it wants to be sent besides. */
export interface Collector {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Follows what happens from its cause to its effects. Without a collector nothing is made, sent or stored. */
export class Tracing {
  private readonly spans = new AsyncLocalStorage<Span>();

  private constructor(private readonly tracer: Tracer | undefined) {}

  /** @param collector absent: nothing is traced, and what tracing needs is not even loaded. */
  static async to(collector: Collector | undefined): Promise<Tracing> {
    if (collector === undefined) return new Tracing(undefined);
    const { createTracer, exporterTo } = await import('./open-telemetry.js');
    return new Tracing(createTracer(exporterTo(collector), { name: 'maestro-studio', version: PROTOCOL_VERSION }));
  }

  get isOn(): boolean {
    return this.tracer !== undefined;
  }

  /** The `traceparent` of what is going on in this call chain. */
  get current(): string | undefined {
    return this.spans.getStore()?.traceparent;
  }

  /** Makes a span around `work`; what that causes finds it as `current`. A span is failed when `work` throws. */
  async within<T>(start: SpanStart, work: (span: Span | undefined) => Promise<T>): Promise<T> {
    if (this.tracer === undefined) return work(undefined);
    const span = this.tracer.start({ ...start, parent: start.parent ?? this.current });
    try {
      const value = await this.into(span, () => work(span));
      span.end();
      return value;
    } catch (error) {
      span.end('failed');
      throw error;
    }
  }

  /** A span that somebody else ends; `next` and all that it causes find it as `current`. */
  open(start: SpanStart, next: () => void): Span | undefined {
    if (this.tracer === undefined) {
      next();
      return undefined;
    }
    const span = this.tracer.start(start);
    this.into(span, next);
    return span;
  }

  private into<T>(span: Span, work: () => T): T {
    return this.spans.run(span, () => withLogIds({ trace: parseTraceparent(span.traceparent)?.traceId }, work));
  }

  /** Sends what is left. */
  async flush(): Promise<void> {
    await this.tracer?.flush();
  }
}
