import { randomBytes } from 'node:crypto';
import { Tracer } from '@maestro/protocol';

/** Where spans go: the base address of an OTLP/HTTP collector, and the headers it wants. */
export interface Collector {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
}

const SEND_MS = 10_000;

export function createTracer({ endpoint, headers }: Collector, version: string): Tracer {
  return new Tracer({ service: 'maestro-daemon', version }, {
    // Fractions of a millisecond tell apart what happens within one; jumps of the wall clock are the collector's to see.
    now: () => performance.timeOrigin + performance.now(),
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
    after: (ms, task) => {
      const timer = setTimeout(task, ms).unref();
      return () => clearTimeout(timer);
    },
    send: async (body) => {
      const response = await fetch(`${endpoint}/v1/traces`, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body, redirect: 'manual', signal: AbortSignal.timeout(SEND_MS) });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`tracing_refused: the collector answered ${response.status}`);
    },
  });
}
