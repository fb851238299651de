import type { Actor } from '@maestro/protocol';

/** On whose behalf a step happens. */
export interface PlanContext {
  readonly actor: Actor;
  /** The run whose end or report caused it. */
  readonly causeRun?: string;
}

/** For steps that nobody asked for: a budget that ran out, a last task that ended. */
export const BY_ITSELF: PlanContext = { actor: { type: 'system', name: 'plans' } };
