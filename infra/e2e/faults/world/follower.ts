import type { CreatedInvite, Redeemed } from '@maestro/protocol';
import { Api } from '../../../rig/api.js';
import { EventFollower } from '../../../rig/event-follower.js';
import type { Site } from '../../harness/site.js';

/** Hears of every line of a project's journals. */
export interface Follower {
  /** The last line of each run's journal that it was told of. */
  readonly told: ReadonlyMap<string, number>;
  close(): void;
}

export async function follow(site: Site, project: string): Promise<Follower> {
  const { token } = await site.api.post<CreatedInvite>(`/workspaces/${site.workspace}/invites`, { role: 'architect' });
  const { tokens } = await new Api(site.url).post<Redeemed>('/auth/redeem', { token, name: 'follower' });
  const told = new Map<string, number>();
  const follower = new EventFollower({
    studio: site.url,
    token: tokens.accessToken,
    filter: `projectId=${project}`,
    onEvent: ({ kind, runId, payload }) => {
      if (kind === 'run/output' && runId !== null) told.set(runId, Math.max((payload as { readonly seq: number }).seq, told.get(runId) ?? 0));
    },
  });
  return { told, close: () => follower.close() };
}
