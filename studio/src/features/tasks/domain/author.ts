import type { Actor } from '@maestro/protocol';

/** Who wrote something: a person, an agent's run, or the studio itself. Stored, so it stays readable when the account is gone. */
export interface Author {
  readonly kind: 'person' | 'agent' | 'studio';
  readonly name: string;
}

/** The author that an actor is to readers of comments. */
export function authorOf(actor: Actor): Author {
  switch (actor.type) {
    case 'user':
      return { kind: 'person', name: actor.name };
    case 'session':
      return { kind: 'agent', name: actor.name };
    case 'system':
      return { kind: 'studio', name: 'Maestro' };
  }
}
