import { mayDo } from '@maestro/protocol';
import type { Budget, PolicyChanges, Role } from '@maestro/protocol';

/** The kinds of caps, in the order in which people think of them. */
export const CAPS: readonly { readonly kind: keyof Budget; readonly name: string; readonly unit: string; readonly least: number }[] = [
  { kind: 'runs', name: 'Runs', unit: 'started runs', least: 1 },
  { kind: 'minutes', name: 'Minutes', unit: 'minutes of agents at work', least: 1 },
  { kind: 'tokens', name: 'Tokens', unit: 'tokens in and out', least: 1 },
  { kind: 'usd', name: 'US dollars', unit: 'as far as agents tell what they cost', least: 0.01 },
];

/** A budget as it was typed: an empty field is no cap. What cannot be read as a number is left for the studio to refuse. */
export function budgetOf(typed: Readonly<Partial<Record<keyof Budget, string>>>): Budget {
  return Object.fromEntries(CAPS.flatMap(({ kind }) => ((typed[kind] ?? '').trim() === '' ? [] : [[kind, Number(typed[kind])]])));
}

/** What is sent: the caps that were looked at and no others, which somebody else may be changing now. */
export function changeOf(of: 'task' | 'plan', caps: Budget): PolicyChanges {
  return { budget: { [of]: caps } };
}

/** Whether somebody with these roles can raise the budget that a task or a plan waits for: caps belong to the project. */
export function mayRaise(offered: readonly string[], roles: readonly Role[]): boolean {
  return offered.includes('raise_budget') && mayDo(roles, 'project.manage');
}
