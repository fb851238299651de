import { runValidation } from '../../validation/index.js';
import type { Validated } from '../../validation/index.js';
import type { RunContext, Workplace } from '../work.types.js';

export type ResultChecked =
  | { readonly kind: 'passed' }
  /** `tipPasses`: the branch alone passes the same commands, so the fault is in what was to be merged. */
  | { readonly kind: 'failed'; readonly command: string; readonly output: string; readonly tipPasses: boolean }
  | { readonly kind: 'unchecked'; readonly sentence: string };

/** The project's commands on a checkout of the merge result; when they fail, on the tip alone. */
export async function validateResult(run: RunContext, place: Workplace, at: { readonly result: string; readonly tip: string }): Promise<ResultChecked> {
  if (run.packet.policy.validationCommands.length === 0) return { kind: 'passed' };
  run.emit('phase', { phase: 'validate_result', commit: at.result });
  const result = await onCheckout(run, place, at.result);
  if (typeof result === 'string') return { kind: 'unchecked', sentence: result };
  if (result.ok) return { kind: 'passed' };
  run.emit('phase', { phase: 'validate_tip', commit: at.tip });
  const tip = await onCheckout(run, place, at.tip);
  if (typeof tip === 'string') return { kind: 'unchecked', sentence: tip };
  return { kind: 'failed', command: result.name.slice(0, 200), output: result.output.slice(-60_000), tipPasses: tip.ok };
}

async function onCheckout(run: RunContext, place: Workplace, commit: string): Promise<Validated | string> {
  const checkout = await place.lanes.reviewCheckout({ runId: run.packet.run, head: commit });
  if (!checkout.ok) return checkout.refusal.sentence;
  try {
    const validated = await runValidation(run.packet.policy.validationCommands, {
      cwd: checkout.value.path,
      env: run.commandEnv,
      marker: run.marker,
      signal: run.signal,
      onProgress: (progress) => run.emit('validation', { ...progress, commit }),
    });
    run.signal.throwIfAborted();
    return validated;
  } finally {
    await checkout.value.dispose();
  }
}
