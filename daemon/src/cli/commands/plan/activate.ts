import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { planAction } from '../../shared/plan-action.js';

export const planActivate = planAction({
  details: 'Pins the epic branch and makes the first tasks due. Connected machines begin at once.',
  examples: ['maestro plan activate', 'maestro plan activate "Negative stock"'],
  endpoint: ENDPOINTS.activatePlan,
  said: (plan) => `"${plan.title}" is active; its work is integrated on ${plan.epicBranch ?? 'its epic branch'}. Watch it with: maestro plan show`,
});
