import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CreatedInvite, MeView, SetupStatus, SignInLink } from '@maestro/protocol';
import { Api } from './api.js';

interface Owner {
  readonly email: string;
  readonly password: string;
}

/**
 * Signs in as the owner; makes them first when the studio is new. The password is made here and kept beside the data, mode 0600.
 *
 * @param setupUrl the link that the studio printed; needed where it is reached through a proxy
 */
export async function signInAsOwner(url: string, dataDir: string, setupUrl: string | null = null): Promise<Api> {
  const api = new Api(url);
  const { needed } = await api.get<SetupStatus>('/setup');
  const file = join(dataDir, 'owner.json');
  if (needed) {
    const owner: Owner = { email: 'owner@maestro.local', password: randomBytes(18).toString('base64url') };
    await writeFile(file, JSON.stringify(owner), { mode: 0o600 });
    const token = setupUrl === null ? undefined : new URL(setupUrl).hash.slice(1);
    await api.post('/setup', { name: 'Owner', ...owner, token });
    return api;
  }
  const owner = JSON.parse(await readFile(file, 'utf8')) as Owner;
  await api.post('/auth/login', owner);
  return api;
}

/** A link that signs the owner in once. */
export async function signInLink(api: Api): Promise<string> {
  const me = await api.get<MeView>('/me');
  return (await api.post<SignInLink>('/auth/links', { userId: me.user.id })).url;
}

/** The owner's workspace; made when there is none. */
export async function ensureWorkspace(api: Api, slug: string, name: string): Promise<string> {
  const me = await api.get<MeView>('/me');
  const found = me.memberships.find((membership) => membership.workspaceSlug === slug);
  if (found !== undefined) return found.workspaceId;
  return (await api.post<{ id: string }>('/workspaces', { slug, name })).id;
}

/** A one-time token with which a machine joins. */
export async function invite(api: Api, workspaceId: string, role = 'developer'): Promise<string> {
  return (await api.post<CreatedInvite>(`/workspaces/${workspaceId}/invites`, { role })).token;
}
