import { Global, Module } from '@nestjs/common';
import { DatabaseMetrics } from './database-metrics.js';
import { Metrics } from './metrics.js';

/** Apart from the pages that show them, which stand on HTTP: loops and sockets are counted too, and HTTP stands on loops. */
@Global()
@Module({ providers: [Metrics, DatabaseMetrics], exports: [Metrics] })
export class MetricsModule {}
