export { CatalogModule } from './catalog.module.js';
export { CatalogService } from './catalog.service.js';
export { AnalysesService } from './analyses.service.js';
export type { OpenAnalysis } from './analyses.service.js';
