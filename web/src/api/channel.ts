import type { QueryClient } from '@tanstack/react-query';
import type { ChannelMessage } from '@maestro/protocol';
import { get } from './client.js';

const PER_PAGE = 200;
/** Agents talk as long as a person lets them; a channel of twenty thousand messages is a defect. */
const MOST_PAGES = 100;

/**
 * What was said in a team's channel, oldest first. Only what followed the messages that are known already is asked for: what was said stays
 * as it was, but for `clearedAt`, which nobody may read here. Which directives stand is said by the team.
 */
export async function readChannel(client: QueryClient, queryKey: readonly unknown[], teamId: string, signal: AbortSignal): Promise<readonly ChannelMessage[]> {
  const said = [...(client.getQueryData<readonly ChannelMessage[]>(queryKey) ?? [])];
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const { data } = await get<{ readonly data: readonly ChannelMessage[] }>(`/teams/${teamId}/messages?after=${said.at(-1)?.seq ?? 0}&limit=${PER_PAGE}`, signal);
    said.push(...data);
    if (data.length < PER_PAGE) break;
  }
  return said;
}
