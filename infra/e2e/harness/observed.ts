import type { EventView } from '@maestro/protocol';
import { ROWS } from '../data/index.js';
import type { TableRow } from '../data/index.js';

/** One change of state, as the ledger tells it. */
export interface Change {
  readonly table: TableRow['table'];
  /** Id of the task, plan or run. */
  readonly of: string;
  readonly from: string;
  readonly to: string;
  readonly because: string;
}

const SUBJECT = { 'task/status': 'task', 'plan/status': 'plan', 'run/status': 'run' } as const;

export function changesOf(events: readonly EventView[]): readonly Change[] {
  return events.flatMap(({ kind, payload, planId, taskId, runId }) => {
    const table = SUBJECT[kind as keyof typeof SUBJECT] as TableRow['table'] | undefined;
    const of = table === 'task' ? taskId : table === 'plan' ? planId : (payload['run'] ?? runId);
    return table === undefined ? [] : [{ table, of: String(of), from: String(payload['from']), to: String(payload['to']), because: String(payload['because']) }];
  });
}

/** Whether a row leaves a change of state in the ledger; the others are for the scenario itself to see. */
export const isVisible = (row: TableRow): boolean => row.to !== 'same' && row.to !== row.from;

/** The visible rows that the ledger shows to have happened. A guard is told by where the row leads. */
export function observedRows(changes: readonly Change[]): readonly TableRow[] {
  return ROWS.filter((row) => changes.some(({ table, from, to, because }) => table === row.table && from === row.from && eventOf(table, because) === row.event && leadsTo(row, to)));
}

/** Outcomes name themselves where the table has one event for several; see `runEvents`. */
const RUN_EVENTS: Readonly<Record<string, string>> = {
  failed: 'fail', timed_out: 'time_out', stalled: 'stall', yielded: 'yield',
  produced: 'finish', judged: 'finish', merged: 'finish', epic_lacks: 'finish', overlapped: 'finish', tip_moved: 'finish', conflict: 'finish', result_failed: 'finish', not_granted: 'finish',
  bootstrapped: 'finish', released: 'finish', release_refused: 'finish', cleaned: 'finish', proposed: 'finish',
};

function eventOf(table: TableRow['table'], because: string): string {
  return table === 'run' ? (RUN_EVENTS[because] ?? because) : because;
}

function leadsTo(row: TableRow, to: string): boolean {
  return row.to === 'origin' || row.to === 'replay' || row.to === to;
}
