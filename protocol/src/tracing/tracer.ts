import { toOtlp } from './otlp.js';
import type { FinishedSpan, Resource } from './otlp.js';
import { harmless } from './span.js';
import type { SpanAttributes, SpanKind } from './span.js';
import { formatTraceparent, parseTraceparent } from './trace-context.js';

/** What a tracer needs of its platform, which this package knows nothing of. */
export interface TracerPorts {
  /** Milliseconds since 1970, with fractions where there are any. */
  now(): number;
  /** So many random bytes in lower-case hexadecimal. */
  randomHex(bytes: number): string;
  /** Runs `task` once after `ms` milliseconds unless the returned function is called before. Must not keep the process alive. */
  after(ms: number, task: () => void): () => void;
  /** Takes one OTLP/HTTP body to the collector. What it throws is counted as lost, and nothing else comes of it. */
  send(body: string): Promise<void>;
}

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

/** Spans of one message to the collector. */
const BATCH = 200;
/** Spans that wait for a collector which does not answer; what comes after them is lost. */
const MOST_WAITING = 2_000;
const EVERY_MS = 2_000;

/** Makes spans and hands them to a collector, in batches. Tracing never holds up or fails what it traces. */
export class Tracer {
  readonly #resource: Resource;
  readonly #ports: TracerPorts;
  #waiting: FinishedSpan[] = [];
  #cancelTimer: (() => void) | undefined;
  #sending: Promise<void> = Promise.resolve();
  #lost = 0;

  constructor(resource: Resource, ports: TracerPorts) {
    this.#resource = resource;
    this.#ports = ports;
  }

  /** Spans that no collector got. */
  get lost(): number {
    return this.#lost;
  }

  start({ name, kind, parent, attributes = {} }: SpanStart): Span {
    const ports = this.#ports;
    const cause = parseTraceparent(parent);
    const context = { traceId: cause?.traceId ?? ports.randomHex(16), spanId: ports.randomHex(8), sampled: cause?.sampled ?? true };
    const startedAt = ports.now();
    let said: SpanAttributes = attributes;
    let ended = false;
    return {
      traceparent: formatTraceparent(context),
      set: (more) => (said = { ...said, ...more }),
      end: (outcome = 'ok') => {
        if (ended) return;
        ended = true;
        if (!context.sampled) return;
        const { traceId, spanId } = context;
        this.#add({ traceId, spanId, parentSpanId: cause?.spanId, name, kind, startedAt, endedAt: ports.now(), attributes: harmless(said), failed: outcome === 'failed' });
      },
    };
  }

  /** Sends what is waiting; resolves once the collector has answered, or not. */
  flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const spans = this.#waiting;
    this.#waiting = [];
    // One message after the other: a slow collector gets no second one on top.
    for (let from = 0; from < spans.length; from += BATCH) this.#sending = this.#sending.then(() => this.#send(spans.slice(from, from + BATCH)));
    return this.#sending;
  }

  #add(span: FinishedSpan): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(span);
    this.#cancelTimer ??= this.#ports.after(EVERY_MS, () => void this.flush());
  }

  async #send(spans: readonly FinishedSpan[]): Promise<void> {
    try {
      await this.#ports.send(JSON.stringify(toOtlp(this.#resource, spans)));
    } catch {
      this.#lost += spans.length;
    }
  }
}
