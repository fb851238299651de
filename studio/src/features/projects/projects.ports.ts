import type { Actor, Policy } from '@maestro/protocol';
import type { Tx } from '../../platform/database/index.js';

/**
 * Who is concerned by a changed policy in the transaction of the change. Plans are above projects, so the arrow is turned round here:
 * `plans` provides this token. What may happen a moment later (a raised budget wakes what it stopped) goes by the event `project/updated`.
 */
export abstract class PolicyWatch {
  /** @param changed the knobs whose value is another one now. */
  abstract policyChanged(tx: Tx, projectId: string, changed: readonly (keyof Policy)[], actor: Actor): Promise<void>;
}
