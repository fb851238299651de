import { PlanView } from '@maestro/protocol';
import type { PlanRecord } from './domain/plan.js';

/** A plan as the wire shows it, without its tree. */
export const planView = (plan: PlanRecord): PlanView => PlanView.parse(plan);
