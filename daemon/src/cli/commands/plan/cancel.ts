import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { planAction } from '../../shared/plan-action.js';

export const planCancel = planAction({
  details: 'Cancels every open task. A merge that is being pushed at this moment still ends; lanes and branches are kept as snapshots.',
  examples: ['maestro plan cancel "Negative stock"'],
  endpoint: ENDPOINTS.cancelPlan,
  said: (plan) => `"${plan.title}" is cancelled.`,
});
