export { WebPagesModule } from './web-pages.module.js';
