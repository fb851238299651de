export { CensusModule } from './census.module.js';
