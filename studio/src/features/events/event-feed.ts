import { Injectable } from '@nestjs/common';
import { EventQuery, ok, refuse } from '@maestro/protocol';
import type { EventFilter, EventPage, EventView, Result } from '@maestro/protocol';
import type { z } from 'zod';
import { Authorisation, Memberships } from '../../platform/access/index.js';
import type { Caller } from '../../platform/access/index.js';
import { Database } from '../../platform/database/index.js';
import { scopeOf } from './domain/event-scope.js';
import type { EventScope, StoredEvent } from './domain/event-scope.js';
import { BEGINNING, formatPosition, parsePosition } from './domain/position.js';
import type { Position } from './domain/position.js';
import { EventsRepository } from './events.repository.js';
import type { Reading } from './events.repository.js';

/** The things an event can be about, by the name of their id in a filter. */
const THINGS = { workspaceId: 'workspace', projectId: 'project', planId: 'plan', taskId: 'task', runId: 'run' } as const;

/** Reading the ledger, for those who may. */
@Injectable()
export class EventFeed {
  constructor(
    private readonly database: Database,
    private readonly events: EventsRepository,
    private readonly memberships: Memberships,
    private readonly authorisation: Authorisation,
  ) {}

  async page(caller: Caller, query: z.output<typeof EventQuery>): Promise<Result<EventPage>> {
    const { cursor, limit, ...filter } = query;
    const position = this.positionOf(cursor);
    if (!position.ok) return position;
    const scope = await this.scope(caller, filter);
    if (!scope.ok) return scope;
    const reading = await this.read(scope.value, position.value ?? BEGINNING, limit);
    return ok({ data: reading.events.map(viewOf), nextCursor: formatPosition(reading.to) });
  }

  /** What the caller may see of what they ask for. A thing that is none of theirs is refused, not silently empty. */
  async scope(caller: Caller, filter: EventFilter): Promise<Result<EventScope>> {
    for (const [name, thing] of Object.entries(THINGS) as [keyof typeof THINGS, string][]) {
      const id = filter[name];
      if (id === undefined) continue;
      const granted = await this.authorisation.authorise(caller, 'event.read', thing, id);
      if (!granted.ok) return granted;
    }
    return ok(scopeOf(await this.memberships.all(caller.userId), caller.reach, filter));
  }

  read(scope: EventScope, from: Position, limit: number): Promise<Reading> {
    return this.database.read((reader) => this.events.inScopeAfter(reader, from, limit, scope));
  }

  present(): Promise<Position> {
    return this.database.read((reader) => this.events.present(reader));
  }

  positionOf(cursor: string | undefined): Result<Position | undefined> {
    if (cursor === undefined) return ok(undefined);
    const position = parsePosition(cursor);
    return position === undefined ? refuse('invalid', 'cursor_invalid', 'This is not a cursor of the event feed. Start again without one.') : ok(position);
  }
}

/** An event as clients see it. */
export function viewOf({ position, at, ...event }: StoredEvent): EventView {
  return { cursor: formatPosition(position), at: at.toISOString(), ...event } as EventView;
}
