export { analyse } from './analyse.js';
export type { Analysis, CatalogFile } from './analyse.js';
export { FactsCache } from './facts-cache.js';
export { ParserProcess } from './parsers/parser-process.js';
