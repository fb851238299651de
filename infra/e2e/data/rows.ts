import { planTable, runTable, taskTable } from '@maestro/protocol';

/**
 * One row of a state table, spelled so that requirements can claim it: `task in_review + approved {current=true}`.
 *
 * The tables themselves are the source, so a row that is added to them is missing here until a requirement claims it.
 */
export interface TableRow {
  readonly table: 'task' | 'plan' | 'run';
  readonly from: string;
  readonly event: string;
  /** `{fact=value,…}`, or empty for a row without a guard. */
  readonly guard: string;
  /** A state, or `same`, `origin`, `replay`. */
  readonly to: string;
  readonly text: string;
}

interface AnyTable {
  readonly name: string;
  readonly causes: Readonly<Record<string, 'person' | 'system'>>;
  readonly cases: readonly { readonly column: string; readonly from: readonly string[]; readonly event: string; readonly when: Readonly<Record<string, string | boolean>>; readonly to?: string }[];
}
const TABLES = [taskTable, planTable, runTable] as unknown as readonly AnyTable[];

/**
 * Events that the tables call the system's because a run reports them, although what an agent or a person did is their cause: the agent's
 * work, words, wishes and ends; a policy that a person changed; the person who cancels what others depend on.
 */
const CAUSED_BY_AGENTS: Readonly<Record<string, readonly string[]>> = {
  task: [
    'produced', 'approved', 'rejected', 'no_verdict', 'overlapped', 'merged', 'conflict', 'result_failed', 'run_failed', 'runs_exhausted', 'budget_spent',
    'budget_raised', 'asked_person', 'subtask_added', 'subtask_waited', 'dependency_cancelled',
  ],
  plan: ['budget_spent', 'budget_raised', 'tasks_ended', 'released', 'base_holds', 'release_failed', 'bootstrap_exhausted'],
  run: ['start', 'could_not_start', 'ask_push', 'finish', 'fail', 'time_out', 'stall', 'yield', 'wait', 'reason_gone', 'plan_paused', 'dispatch_paused'],
};

/** Every row of the three tables. */
export const ROWS: readonly TableRow[] = TABLES.flatMap((table) =>
  table.cases.flatMap((each) => (each.column === 'row' ? each.from.map((from) => rowOf(table.name, from, each.event, each.when, each.to ?? '')) : [])),
);

/** Those that a person or an agent can cause. */
export const CAUSED_ROWS: readonly TableRow[] = ROWS.filter(({ table, event }) => causeOf(table, event) === 'person' || CAUSED_BY_AGENTS[table]?.includes(event) === true);

function rowOf(table: string, from: string, event: string, when: Readonly<Record<string, string | boolean>>, to: string): TableRow {
  const facts = Object.entries(when).map(([fact, value]) => `${fact}=${String(value)}`);
  const guard = facts.length === 0 ? '' : `{${facts.join(',')}}`;
  return { table: table as TableRow['table'], from, event, guard, to, text: `${table} ${from} + ${event}${guard === '' ? '' : ` ${guard}`}` };
}

function causeOf(table: string, event: string): 'person' | 'system' | undefined {
  return TABLES.find(({ name }) => name === table)?.causes[event];
}

/**
 * Whether a claim such as `task blocked/* + text_edited` or `task in_review|landing + cancel {pushing=false}` names the row. A `*` stands
 * for any text, `|` for a choice; facts that the claim leaves out may have any value.
 */
export function claims(claim: string, row: TableRow): boolean {
  const read = /^(task|plan|run) (\S+) \+ (\S+)(?: \{(.*)\})?$/.exec(claim);
  if (read === null) throw new Error(`"${claim}" does not name rows: write "task in_review + approved {current=true}"`);
  const [, table, from = '', event = '', facts] = read;
  if (table !== row.table || !fits(from, row.from) || !fits(event, row.event)) return false;
  const guards = row.guard.slice(1, -1).split(',');
  return facts === undefined || facts.split(',').every((fact) => guards.includes(fact));
}

function fits(pattern: string, text: string): boolean {
  return pattern.split('|').some((choice) => new RegExp(`^${choice.replaceAll('/', '\\/').replaceAll('*', '.*')}$`).test(text));
}
