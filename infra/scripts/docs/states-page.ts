import { code, codes, paragraphs, table } from './markdown.js';

type Facts = Readonly<Record<string, string | boolean>>;
interface CaseBase {
  readonly from: readonly string[];
  readonly event: string;
  readonly when: Facts;
}
type StateCase = CaseBase &
  (
    | { readonly column: 'row'; readonly to: string; readonly effects: readonly string[]; readonly note?: string }
    | { readonly column: 'refusal'; readonly code: string; readonly sentence: string }
    | { readonly column: 'never'; readonly because: string }
  );

/** What this page reads of a table of `protocol/src/states`: every one of them fits. */
export interface StateTable {
  readonly name: string;
  readonly states: readonly string[];
  readonly events: Readonly<Record<string, unknown>>;
  readonly effects: Readonly<Record<string, string>>;
  readonly causes: Readonly<Record<string, 'person' | 'system'>>;
  readonly cases: readonly StateCase[];
}

const INTRODUCTION = `# States

Every status in Maestro is set by one of these tables and by nothing else. For each state and event, and for every
combination of the facts that the event asks for, exactly one line matches: the thing moves, or the request is refused with
a sentence, or the line says why it cannot happen. A test enumerates all combinations.

"stays" means that the status does not change; "its former state" is the one in which the thing was blocked.`;

export function statesPage(tables: readonly StateTable[]): string {
  return paragraphs(INTRODUCTION, ...tables.map(section));
}

function section(states: StateTable): string {
  return paragraphs(
    `## ${states.name[0]?.toUpperCase() ?? ''}${states.name.slice(1)}`,
    `States: ${codes(states.states)}.`,
    rowsOf(states),
    refusalsOf(states),
    neversOf(states),
  );
}

function rowsOf(states: StateTable): string {
  const rows = byEvent(states).flatMap((line) =>
    line.column === 'row'
      ? [[from(states, line), event(states, line), when(line.when), target(line.to), effects(states, line.effects, line.note)]]
      : [],
  );
  return paragraphs('### What moves', table(['from', 'event', 'when', 'to', 'and'], rows));
}

function refusalsOf(states: StateTable): string {
  const rows = byEvent(states).flatMap((line) =>
    line.column === 'refusal' ? [[from(states, line), event(states, line), when(line.when), code(line.code), line.sentence]] : [],
  );
  return rows.length === 0 ? '' : paragraphs('### What is refused', table(['from', 'event', 'when', 'code', 'sentence'], rows));
}

function neversOf(states: StateTable): string {
  const rows = byEvent(states).flatMap((line) =>
    line.column === 'never' ? [[from(states, line), event(states, line), when(line.when), line.because]] : [],
  );
  return rows.length === 0 ? '' : paragraphs('### What cannot happen', table(['from', 'event', 'when', 'because'], rows));
}

/** In the order in which the table lists its events; the order of the cases inside an event stays. */
function byEvent(states: StateTable): readonly StateCase[] {
  return Object.keys(states.events).flatMap((name) => states.cases.filter((line) => line.event === name));
}

function from(states: StateTable, line: StateCase): string {
  const others = states.states.filter((state) => !line.from.includes(state));
  if (others.length === 0) return 'any';
  if (others.length <= 2 && line.from.length > 2) return `any but ${codes(others)}`;
  const plain = line.from.filter((state) => !state.includes('/'));
  const groups = [...new Set(line.from.filter((state) => state.includes('/')).map((state) => state.split('/')[0] ?? ''))];
  return [...plain.map(code), ...groups.map((group) => groupOf(states, line, group))].join(', ');
}

/** States such as `blocked/budget`, which differ in their reason: all of them, all but a few, or some. */
function groupOf(states: StateTable, line: StateCase, group: string): string {
  const members = states.states.filter((state) => state.startsWith(`${group}/`));
  const present = members.filter((state) => line.from.includes(state));
  const absent = members.filter((state) => !line.from.includes(state));
  if (absent.length === 0) return `any ${code(group)}`;
  if (absent.length < present.length) return `any ${code(group)} but ${codes(absent.map((state) => state.slice(group.length + 1)))}`;
  return codes(present);
}

function event(states: StateTable, line: StateCase): string {
  return states.causes[line.event] === 'person' ? `${code(line.event)} (by a person)` : code(line.event);
}

function when(facts: Facts): string {
  return Object.entries(facts)
    .map(([fact, value]) => {
      if (typeof value === 'boolean') return value ? code(fact) : `not ${code(fact)}`;
      return `${code(fact)} is ${code(value)}`;
    })
    .join(' and ');
}

function target(to: string): string {
  if (to === 'same') return 'stays';
  if (to === 'origin') return 'its former state';
  if (to === 'replay') return 'its former state, then as the event says there';
  return code(to);
}

function effects(states: StateTable, names: readonly string[], note: string | undefined): string {
  return [...names.map((name) => states.effects[name] ?? code(name)), ...(note === undefined ? [] : [note])].join('; ');
}
