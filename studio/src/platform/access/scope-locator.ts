import type { Database, Reader } from '../database/index.js';

/** Where a thing belongs. */
export interface Location {
  readonly workspaceId: string;
  /** `null` for what belongs to the whole workspace. */
  readonly projectId: string | null;
}

export type Locate = (reader: Reader, id: string) => Promise<Location | undefined>;

/**
 * Finds the workspace of a thing by its id, so that one guard can protect every route. Each feature registers the things it owns,
 * in its module's constructor: `scopes.register('task', (reader, id) => tasks.locate(reader, id))`.
 */
export class ScopeLocator {
  private readonly byThing = new Map<string, Locate>();

  constructor(private readonly database: Database) {}

  register(thing: string, locate: Locate): void {
    if (this.byThing.has(thing)) throw new Error(`access.scope_taken: "${thing}" is registered twice`);
    this.byThing.set(thing, locate);
  }

  knows(thing: string): boolean {
    return this.byThing.has(thing);
  }

  async locate(thing: string, id: string): Promise<Location | undefined> {
    const locate = this.byThing.get(thing);
    if (locate === undefined) throw new Error(`access.scope_unknown: no feature registered "${thing}"`);
    return this.database.read((reader) => locate(reader, id));
  }
}
