import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { planAction } from '../../shared/plan-action.js';

export const planRetryBootstrap = planAction({
  details: 'When the epic branch could not be made (a remote that refused, say) and the reason is gone.',
  examples: ['maestro plan retry-bootstrap'],
  endpoint: ENDPOINTS.retryBootstrap,
  said: (plan) => `The epic branch of "${plan.title}" is tried again.`,
});
