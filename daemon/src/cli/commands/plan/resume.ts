import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { planAction } from '../../shared/plan-action.js';

export const planResume = planAction({
  details: 'What was stopped goes on from its lanes.',
  examples: ['maestro plan resume'],
  endpoint: ENDPOINTS.resumePlan,
  said: (plan) => `"${plan.title}" goes on.`,
});
