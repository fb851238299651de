import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { planAction } from '../../shared/plan-action.js';

export const planCancelRelease = planAction({
  details: 'Takes a release back while nothing has been pushed. The plan is active again.',
  examples: ['maestro plan cancel-release "Negative stock"'],
  endpoint: ENDPOINTS.cancelRelease,
  said: (plan) => `The release of "${plan.title}" is taken back; it is ${plan.status}.`,
});
