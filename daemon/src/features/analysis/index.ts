export { analyse } from './analyse.js';
export type { Analysis } from './analyse.js';
export { analysisKit } from './analysis-kit.js';
export type { AnalysisKit } from './analysis-kit.js';
export type { CatalogFile } from './domain/catalog-file.js';
export { withSummary } from './domain/context-files.js';
export type { ContextText } from './domain/context-files.js';
export type { NearRepeat } from './domain/near-repeats.js';
export { findNearRepeats } from './new-code.js';
