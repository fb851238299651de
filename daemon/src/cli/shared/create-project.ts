import { nameRemote, readPlace } from '@maestro/protocol';
import type { CreateProject, ProjectView } from '@maestro/protocol';
import type { Clone } from '../../features/projects/index.js';
import { ENDPOINTS } from '../../features/studio-api/index.js';
import { failure } from '../failure.js';
import type { Studio } from './machine.js';

/** Makes the project of a repository; what is not asked for is made from its address, by the studio or here. */
export async function createProject(studio: Studio, source: Clone | { readonly origin: string }, asked: Partial<CreateProject>): Promise<ProjectView> {
  // A clone without an origin is a repository that is on this machine alone.
  const address = source.origin ?? ('path' in source ? source.path : '');
  const place = readPlace(address);
  if (!place.ok) throw failure('usage', place.refusal.sentence, 'maestro project create <clone URL or absolute path>');
  const { remote } = place.value;
  const named = nameRemote(place.value, asked.provider);
  if (!named.ok) throw failure('usage', named.refusal.sentence, 'maestro project create --provider github, gitlab or gitea');
  return studio.call(ENDPOINTS.createProject, {
    path: { workspace: studio.identity.workspaceId },
    body: {
      name: named.value.repository,
      // Never the address as git gave it: it may hold a password.
      remote: remote.kind === 'url' ? remote.url : remote.path,
      ...asked,
    },
  });
}
