import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

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

  gauge<L extends string>(name: string, help: string, labels: readonly L[] = []): Gauge<L> {
    return new Gauge({ name: `maestro_${name}`, help, labelNames: [...labels], registers: [this.registry] });
  }

  /** @param buckets upper bounds in seconds. */
  histogram<L extends string>(name: string, help: string, labels: readonly L[], buckets: readonly number[]): Histogram<L> {
    return new Histogram({ name: `maestro_${name}`, help, labelNames: [...labels], buckets: [...buckets], registers: [this.registry] });
  }
}
