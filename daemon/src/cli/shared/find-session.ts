import type { SessionView } from '@maestro/protocol';
import { ENDPOINTS } from '../../features/studio-api/index.js';
import { failure } from '../failure.js';
import { shortId } from '../format/words.js';
import type { Machine, Studio } from './machine.js';

/** The sessions of a project that are there: connected, or away and expected back. */
export async function sessionsOf(studio: Studio, project: string): Promise<readonly SessionView[]> {
  const all = await studio.all((cursor) => studio.call(ENDPOINTS.sessions, { path: { project }, query: { limit: 200, cursor } }));
  return all.filter(({ status }) => status !== 'offline');
}

/** A session by its name or the end of its id; without either, the only one that this machine has. */
export async function findSession(machine: Machine, studio: Studio, project: { readonly id: string; readonly key: string }, named: string | undefined): Promise<SessionView> {
  const there = await sessionsOf(studio, project.id);
  const machineId = named === undefined ? await machine.identities.machineId() : undefined;
  const found = there.filter((session) => (named === undefined ? session.machineId === machineId : isNamed(session, named)));
  const [only, ...others] = found;
  if (only === undefined) {
    const missing = named === undefined ? `This machine has no session for ${project.key}.` : `${project.key} has no session "${named}".`;
    throw failure('notFound', missing, 'maestro session list');
  }
  if (others.length > 0) throw failure('usage', `${found.length} sessions fit: ${found.slice(0, 5).map(({ id, name }) => `${name} (${shortId(id)})`).join(', ')}.`, 'the end of the id');
  return only;
}

function isNamed({ id, name }: SessionView, named: string): boolean {
  return name.toLowerCase() === named.toLowerCase() || (/^[0-9a-f-]{4,36}$/i.test(named) && id.endsWith(named.toLowerCase()));
}
