import type { Case, EventFacts, FactsOf, NeverCase, RefusalCase, Row, Target } from './table.js';

type Guard<F extends EventFacts, E extends keyof F & string> = Partial<FactsOf<F[E]>>;

/** Typed constructors for one table's cases: a guard can only name facts of its event, with values that the fact can have. */
export function casesFor<S extends string, F extends EventFacts, X extends string>() {
  type EventName = keyof F & string;
  const list = (from: S | readonly S[]): readonly S[] => (typeof from === 'string' ? [from] : from);
  return {
    row<E extends EventName>(
      from: S | readonly S[],
      event: E,
      to: Target<S>,
      options: { when?: Guard<F, E>; effects?: readonly X[]; note?: string } = {},
    ): Row<S, E, X> {
      return {
        column: 'row',
        from: list(from),
        event,
        when: (options.when ?? {}) as Case<S, E, X>['when'],
        to,
        effects: options.effects ?? [],
        ...(options.note === undefined ? {} : { note: options.note }),
      };
    },
    refuse<E extends EventName>(from: S | readonly S[], event: E, code: string, sentence: string, when: Guard<F, E> = {}): RefusalCase<S, E> {
      return { column: 'refusal', from: list(from), event, when: when as Case<S, E, X>['when'], code, sentence };
    },
    never<E extends EventName>(from: S | readonly S[], event: E, because: string, when: Guard<F, E> = {}): NeverCase<S, E> {
      return { column: 'never', from: list(from), event, when: when as Case<S, E, X>['when'], because };
    },
  };
}
