import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** One number, under the values of a metric's labels in their order. */
export interface Sample {
  readonly labels: readonly string[];
  readonly value: number;
}

/**
 * The studio's metrics, in one registry of its own (prom-client's global one would be shared by every studio in a test process).
 * Labels have few values each: never an id, a path with ids, or a name people choose.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'maestro_' });
  }

  counter<L extends string>(name: string, help: string, labels: readonly L[] = []): Counter<L> {
    return new Counter({ name: `maestro_${name}`, help, labelNames: [...labels], registers: [this.registry] });
  }

  /** @param collect asked at every scrape for all that there is; what it leaves out is gone, and when it fails, all of it: a database that is away must not hide the rest. */
  gauge<L extends string>(name: string, help: string, labels: readonly L[] = [], collect?: () => Promise<readonly Sample[]>): Gauge<L> {
    const gauge: Gauge<L> = new Gauge({
      name: `maestro_${name}`,
      help,
      labelNames: [...labels],
      registers: [this.registry],
      ...(collect === undefined ? {} : { collect: async () => fill(gauge, labels, await collect().catch(() => [])) }),
    });
    return gauge;
  }

  /** @param buckets upper bounds in seconds. */
  histogram<L extends string>(name: string, help: string, labels: readonly L[], buckets: readonly number[]): Histogram<L> {
    return new Histogram({ name: `maestro_${name}`, help, labelNames: [...labels], buckets: [...buckets], registers: [this.registry] });
  }
}

function fill<L extends string>(gauge: Gauge<L>, names: readonly L[], samples: readonly Sample[]): void {
  gauge.reset();
  for (const { labels, value } of samples) gauge.set(Object.fromEntries(names.map((name, index) => [name, labels[index] ?? ''])) as Record<L, string>, value);
}
