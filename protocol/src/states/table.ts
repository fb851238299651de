/**
 * State machines as data.
 *
 * Words used here:
 * - **state**: where a thing stands. **event**: what happened to it. **fact**: what the service looked up before it asked,
 *   always one of a few listed values, so that every combination can be enumerated by a test.
 * - **case**: one line of a table. For every (state, event) and every combination of that event's facts exactly one case matches.
 *   A case is in one of three columns: a *row* (the thing moves), a *refusal* (a person asked for what the rules forbid; the sentence
 *   says what to do instead), or *never* (it cannot happen, because …).
 *
 * Guards are partial records of facts, not functions: a test can enumerate them and the docs can print them. The rejected
 * alternative, a guard function per row, hides overlaps until the day two of them hold.
 */
export type FactDomain = Readonly<Record<string, readonly (string | boolean)[]>>;
export type EventFacts = Readonly<Record<string, FactDomain>>;

export type FactsOf<D extends FactDomain> = { readonly [K in keyof D]: D[K][number] };

interface CaseBase<S extends string, E extends string> {
  readonly from: readonly S[];
  readonly event: E;
  /** All of these facts must hold; an empty record always holds. */
  readonly when: Readonly<Record<string, string | boolean>>;
}

/** `same`: stays. `origin`: back to the state it was blocked in. `replay`: back to that state, then this event's case there. */
export type Target<S extends string> = S | 'same' | 'origin' | 'replay';

export interface Row<S extends string, E extends string, X extends string> extends CaseBase<S, E> {
  readonly column: 'row';
  readonly to: Target<S>;
  readonly effects: readonly X[];
  readonly note?: string;
}
export interface RefusalCase<S extends string, E extends string> extends CaseBase<S, E> {
  readonly column: 'refusal';
  readonly code: string;
  readonly sentence: string;
}
export interface NeverCase<S extends string, E extends string> extends CaseBase<S, E> {
  readonly column: 'never';
  readonly because: string;
}
export type Case<S extends string, E extends string, X extends string> = Row<S, E, X> | RefusalCase<S, E> | NeverCase<S, E>;

export interface Table<S extends string, F extends EventFacts, X extends string> {
  readonly name: string;
  readonly states: readonly S[];
  /** Every event with its facts and their possible values. */
  readonly events: F;
  /** What each effect asks of the service, for the generated docs. */
  readonly effects: Readonly<Record<X, string>>;
  /** Who causes an event. A refusal is an answer to a person; runs, daemons and clocks cannot be answered so. */
  readonly causes: Readonly<Record<keyof F & string, 'person' | 'system'>>;
  readonly cases: readonly Case<S, keyof F & string, X>[];
}

export type Outcome<S extends string, X extends string> =
  | { readonly kind: 'moved'; readonly to: S; readonly effects: readonly X[]; readonly changed: boolean }
  | { readonly kind: 'refused'; readonly code: string; readonly sentence: string }
  | { readonly kind: 'never'; readonly because: string };

/** Where a thing stands: its state and, while it is blocked, the state it was blocked in. */
export interface Standing<S extends string> {
  readonly state: S;
  readonly origin?: S;
}

/** The cases of a pair whose guard holds. Exactly one, or the table has a hole; the enumeration test says where. */
export function matchingCases<S extends string, F extends EventFacts, X extends string>(
  table: Table<S, F, X>,
  state: S,
  event: keyof F & string,
  facts: Readonly<Record<string, string | boolean>>,
): readonly Case<S, keyof F & string, X>[] {
  const ofPair = indexOf(table).get(`${state} ${event}`) ?? [];
  return ofPair.filter((candidate) => Object.entries(candidate.when).every(([fact, value]) => facts[fact] === value)) as unknown as readonly Case<S, keyof F & string, X>[];
}

type AnyCase = Case<string, string, string>;
const indexes = new WeakMap<object, ReadonlyMap<string, readonly AnyCase[]>>();

/** The cases by state and event, built once per table: a step looks at a handful of cases instead of hundreds. */
function indexOf(table: { readonly cases: readonly AnyCase[] }): ReadonlyMap<string, readonly AnyCase[]> {
  const known = indexes.get(table);
  if (known !== undefined) return known;
  const index = new Map<string, AnyCase[]>();
  for (const each of table.cases) {
    for (const state of each.from) {
      const key = `${state} ${each.event}`;
      const list = index.get(key);
      if (list === undefined) index.set(key, [each]);
      else list.push(each);
    }
  }
  indexes.set(table, index);
  return index;
}

/**
 * Decides one step. The only code that names a next state.
 *
 * @throws Error `state_table_hole` when the table has none or several matching cases, or when `origin` is asked of a thing
 *   that has none. Both are defects of the table or the caller, never of a user.
 */
export function transition<S extends string, F extends EventFacts, X extends string, E extends keyof F & string>(
  table: Table<S, F, X>,
  at: Standing<S>,
  event: E,
  facts: FactsOf<F[E]>,
): Outcome<S, X> {
  const matching = matchingCases(table, at.state, event, facts);
  const [only] = matching;
  if (only === undefined || matching.length > 1) {
    throw new Error(`state_table_hole: ${table.name} has ${matching.length} cases for ${at.state} + ${event} ${JSON.stringify(facts)}`);
  }
  switch (only.column) {
    case 'refusal':
      return { kind: 'refused', code: only.code, sentence: only.sentence };
    case 'never':
      return { kind: 'never', because: only.because };
    case 'row':
      return moved(table, at, event, facts, only);
  }
}

function moved<S extends string, F extends EventFacts, X extends string, E extends keyof F & string>(
  table: Table<S, F, X>,
  at: Standing<S>,
  event: E,
  facts: FactsOf<F[E]>,
  row: Row<S, E, X>,
): Outcome<S, X> {
  if (row.to === 'same') return { kind: 'moved', to: at.state, effects: row.effects, changed: false };
  if (row.to !== 'origin' && row.to !== 'replay') {
    return { kind: 'moved', to: row.to as S, effects: row.effects, changed: row.to !== at.state };
  }
  if (at.origin === undefined) throw new Error(`state_table_hole: ${table.name} in ${at.state} has no origin to return to`);
  if (row.to === 'origin') return { kind: 'moved', to: at.origin, effects: row.effects, changed: true };
  const there = transition(table, { state: at.origin }, event, facts);
  // An outcome that means nothing in the state it would return to is evidence, and the thing stays blocked.
  if (there.kind !== 'moved') return { kind: 'moved', to: at.state, effects: row.effects, changed: false };
  return { kind: 'moved', to: there.to, effects: there.effects, changed: there.to !== at.state };
}

/** Every combination of an event's facts, for tests and the model exploration. */
export function factCombinations(domain: FactDomain): readonly Readonly<Record<string, string | boolean>>[] {
  let combinations: Readonly<Record<string, string | boolean>>[] = [{}];
  for (const [fact, values] of Object.entries(domain)) {
    combinations = combinations.flatMap((partial) => values.map((value) => ({ ...partial, [fact]: value })));
  }
  return combinations;
}
