import type { Budget, Usage } from '@maestro/protocol';

/** What a task or plan has used, over all its runs. */
export interface Spending {
  readonly startedRuns: number;
  /** Input and output together; cached input is not counted again. */
  readonly tokens: number;
  readonly seconds: number;
  readonly usd: number;
}

export interface BudgetState {
  /** Share of the cap that is nearest to its end; 0 without caps. */
  readonly share: number;
  readonly level: 'ok' | 'warn' | 'spent';
  /** Says which cap, in words; empty while ok. */
  readonly sentence: string;
}

/** Share from which people are warned. */
const WARN = 0.8;

/** Looks at every cap but `runs`: those are a matter of the next dispatch (`mayStartAnother`), since the last allowed run may end its work. */
export function budgetState(spending: Spending, budget: Budget, whose: 'task' | 'plan'): BudgetState {
  const caps = [
    cap('tokens', spending.tokens, budget.tokens, (value) => `${value} tokens`),
    cap('minutes', spending.seconds / 60, budget.minutes, (value) => `${Math.floor(value)} minutes`),
    cap('usd', spending.usd, budget.usd, (value) => `${value.toFixed(2)} USD`),
  ].flatMap((each) => each ?? []);
  const nearest = caps.reduce((most, each) => (each.share > most.share ? each : most), { share: 0, text: '' });
  const level = nearest.share >= 1 ? 'spent' : nearest.share >= WARN ? 'warn' : 'ok';
  if (level === 'ok') return { share: nearest.share, level, sentence: '' };
  const sentence = level === 'spent' ? `The budget of this ${whose} is spent: ${nearest.text}.` : `The budget of this ${whose} is nearly spent: ${nearest.text}.`;
  return { share: nearest.share, level, sentence };
}

function cap(_kind: string, used: number, most: number | undefined, show: (value: number) => string): { readonly share: number; readonly text: string } | undefined {
  return most === undefined ? undefined : { share: used / most, text: `${show(used)} of ${show(most)}` };
}

/** Whether the `runs` cap leaves room for one more started run. */
export function mayStartAnother(spending: Spending, budget: Budget): boolean {
  return budget.runs === undefined || spending.startedRuns < budget.runs;
}

/**
 * The later of two reports of the same run. Numbers only grow: a report that overtook another, or one that a restarted daemon counts
 * anew, never takes anything back.
 */
export function laterUsage(before: Usage, reported: Usage): Usage {
  const costUsd = before.costUsd === undefined && reported.costUsd === undefined ? {} : { costUsd: Math.max(before.costUsd ?? 0, reported.costUsd ?? 0) };
  return {
    inputTokens: Math.max(before.inputTokens, reported.inputTokens),
    outputTokens: Math.max(before.outputTokens, reported.outputTokens),
    cachedInputTokens: Math.max(before.cachedInputTokens, reported.cachedInputTokens),
    seconds: Math.max(before.seconds, reported.seconds),
    turns: Math.max(before.turns, reported.turns),
    ...costUsd,
  };
}
