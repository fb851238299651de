import { homePaths } from '../../config/home.js';
import type { ControlClient, DaemonNews } from '../../features/control/index.js';
import { openControl } from '../../features/control/index.js';
import { NobodyListens } from '../../platform/line-rpc.js';
import type { World } from '../command.js';

/** The running daemon of this machine; throws `NobodyListens` when there is none. */
export function openDaemon({ settings }: World, onNews?: (news: DaemonNews) => void): Promise<ControlClient> {
  return openControl(homePaths(settings.home).controlSocket, onNews);
}

export async function findDaemon(world: World, onNews?: (news: DaemonNews) => void): Promise<ControlClient | undefined> {
  try {
    return await openDaemon(world, onNews);
  } catch (error) {
    if (error instanceof NobodyListens) return undefined;
    throw error;
  }
}
