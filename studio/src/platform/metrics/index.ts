export { httpMetrics } from './http-metrics.js';
export { kept } from './kept.js';
export { Metrics } from './metrics.js';
export { MetricsModule } from './metrics.module.js';
export type { Sample } from './metrics.js';
