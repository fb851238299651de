import { possibleNames, readPlace } from '@maestro/protocol';
import type { ProjectView } from '@maestro/protocol';
import type { ApiFailure } from '../studio-api/index.js';
import { ENDPOINTS } from '../studio-api/index.js';
import type { StudioApi } from '../studio-api/index.js';
import type { Clone } from './clone.js';
import type { KnownProject, ProjectRegistry } from './project-registry.js';

export type FoundProject =
  | { readonly kind: 'found'; readonly project: KnownProject }
  /** The studio has no project for this repository; `address` is what one would be made from. */
  | { readonly kind: 'unknown'; readonly address: string }
  | { readonly kind: 'no_remote'; readonly sentence: string }
  | { readonly kind: 'failed'; readonly failure: ApiFailure };

/** Which project a clone belongs to: first by what this machine knows, then by asking the studio. */
export async function findProject(clone: Clone, api: StudioApi, registry: ProjectRegistry): Promise<FoundProject> {
  const places = [clone.origin, clone.path].filter((address) => address !== undefined).map(readPlace);
  const readable = places.flatMap((place) => (place.ok ? [place.value] : []));
  const first = readable[0];
  if (first === undefined) return { kind: 'no_remote', sentence: 'The address of "origin" is none that Maestro can use.' };
  const known = (await registry.findByRemote(readable.flatMap(possibleNames))).find((project) => project.studio === api.studio);
  if (known !== undefined) return { kind: 'found', project: known };
  for (const place of readable) {
    // Never the address as git gave it: it may hold a password.
    const address = addressOf(place.remote);
    const answer = await api.call(ENDPOINTS.lookupProject, { query: { remote: address } });
    if (answer.ok) return { kind: 'found', project: await remember(answer.value, api.studio, registry) };
    if (answer.failure.kind === 'signed_out' || answer.failure.status !== 404) return { kind: 'failed', failure: answer.failure };
  }
  return { kind: 'unknown', address: addressOf(first.remote) };
}

export async function remember(project: ProjectView, studio: string, registry: ProjectRegistry): Promise<KnownProject> {
  const known = { studio, id: project.id, key: project.key, name: project.name, remote: project.normalizedRemote };
  await registry.remember([known]);
  return known;
}

function addressOf(remote: { readonly kind: 'url'; readonly url: string } | { readonly kind: 'path'; readonly path: string }): string {
  return remote.kind === 'url' ? remote.url : remote.path;
}
