export { httpMetrics } from './http-metrics.js';
export { Metrics } from './metrics.js';
export { MetricsModule } from './metrics.module.js';
