import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { VaultNeed } from '../vault/index.js';
import type { LaneContext } from './lane-records.js';

/**
 * Everything of a project that borrows the vault's objects, in whatever state. Read from folders and records alone: it is asked by whoever
 * is alone with the vault, so nobody makes a lane meanwhile.
 */
export async function borrowersOf({ vault, records }: LaneContext): Promise<readonly VaultNeed[]> {
  const names = (folder: string) => readdir(join(vault.folder, folder)).catch(() => []);
  const recorded = (await records.list()).filter(({ state }) => state !== 'removed').map(({ taskId }) => taskId);
  // Both: a lane that was being made when its daemon was killed may have a folder and no record, and the other way round.
  const lanes = new Set([...recorded, ...(await names('lanes'))]);
  const drafts = (await names('drafts')).filter((name) => name.startsWith('spare~'));
  // An agent's repository is kept for its older stashes, which may need what the vault alone has. What is on its way out is nobody's.
  const trash = (await names('trash')).filter((name) => !name.includes('-deleting-'));
  return [
    ...Array.from(lanes, () => 'lane' as const),
    ...[...(await names('spares')), ...drafts].map(() => 'spare' as const),
    ...(await names('checkouts')).map(() => 'checkout' as const),
    ...trash.map(() => 'trash' as const),
  ];
}
