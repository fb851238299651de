import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { planAction } from '../../shared/plan-action.js';

export const planArchive = planAction({
  details: 'For plans that are over: lists leave them out from now on. Nothing is deleted.',
  examples: ['maestro plan archive "Negative stock"'],
  endpoint: ENDPOINTS.archivePlan,
  said: (plan) => `"${plan.title}" is archived.`,
});
