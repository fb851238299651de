export { RunsModule } from './runs.module.js';
export { OffersService } from './offers/offers.service.js';
export type { Offered } from './offers/offers.service.js';
export { RunViews } from './edge/run-views.service.js';
export { Spendings } from './work/spendings.service.js';
