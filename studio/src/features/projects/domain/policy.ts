import { Policy } from '@maestro/protocol';
import type { PolicyChanges } from '@maestro/protocol';

/** A policy with some knobs changed, and which of them now stand differently than before. A knob that is named is replaced whole, of one with parts those that are named. */
export function changePolicy(before: Policy, changes: PolicyChanges): { readonly policy: Policy; readonly changed: readonly (keyof Policy)[] } {
  const { budget, concurrency, ...plain } = changes;
  const said = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
  const policy = Policy.parse({ ...before, ...said, budget: { ...before.budget, ...budget }, concurrency: { ...before.concurrency, ...concurrency } });
  const knobs = Object.keys(policy) as (keyof Policy)[];
  // Both sides went through the same schema, so equal values have equal JSON.
  return { policy, changed: knobs.filter((knob) => JSON.stringify(policy[knob]) !== JSON.stringify(before[knob])) };
}
