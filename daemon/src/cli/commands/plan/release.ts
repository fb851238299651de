import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { planAction } from '../../shared/plan-action.js';

export const planRelease = planAction({
  details: 'Merges the epic branch into the base branch, after the validation commands have passed on the result. Every task must have ended.',
  examples: ['maestro plan release "Negative stock"'],
  endpoint: ENDPOINTS.releasePlan,
  said: (plan) => `"${plan.title}" is being released to ${plan.baseBranch}. Watch it with: maestro plan show "${plan.title}"`,
});
