import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { planAction } from '../../shared/plan-action.js';

export const planValidateAgain = planAction({
  details: 'When the epic branch was found broken and has been mended: tasks land again.',
  examples: ['maestro plan validate-again'],
  endpoint: ENDPOINTS.validateAgain,
  said: (plan) => `"${plan.title}" is taken as mended; its tasks land again.`,
});
