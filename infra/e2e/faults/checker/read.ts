import { ENDED_RUN_STATES } from '@maestro/protocol';
import type { CallRecord, History, LedgerRecord } from '../history/history.js';

/** How invariants read a history. */

export const isEnded = (status: string): boolean => (ENDED_RUN_STATES as readonly string[]).includes(status);

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Changes of status in the ledger, of one sort of thing. */
export interface StatusChange {
  readonly of: string;
  readonly from: string;
  readonly to: string;
  /** Of runs only; 0 otherwise. */
  readonly epoch: number;
}

export function changesOf(history: History, table: 'run' | 'task'): readonly StatusChange[] {
  return history.ledger.filter(({ kind }) => kind === `${table}/status`).flatMap((event) => {
    const of = subject(event, table);
    return of === null ? [] : [{ of, from: text(event.payload['from']), to: text(event.payload['to']), epoch: Number(event.payload['epoch'] ?? 0) }];
  });
}

function subject(event: LedgerRecord, table: 'run' | 'task'): string | null {
  return table === 'run' ? event.run : event.task;
}

/** Calls of a method that were answered with a value. */
export function accepted(history: History, method: string): readonly CallRecord[] {
  return history.calls.filter((call) => call.method === method && call.answer.kind === 'value');
}

export const valueOf = (call: CallRecord): Readonly<Record<string, unknown>> => (call.answer.kind === 'value' ? call.answer.value : {});

export const runOf = (call: CallRecord): string => text(call.params['run']);

export const epochOf = (call: CallRecord): number => Number(call.params['epoch'] ?? 0);

export const opOf = (call: CallRecord): string => text(call.params['opId']);

export function grouped<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/** Those that stand there more than once. */
export function repeated(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
