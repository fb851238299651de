export { KnowledgePage } from './KnowledgePage.js';
