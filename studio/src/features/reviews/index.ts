export { ReviewsModule } from './reviews.module.js';
export { ReviewsService } from './reviews.service.js';
export type { ReviewRun } from './reviews.service.js';
