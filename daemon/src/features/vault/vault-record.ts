import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileDurably } from '../../platform/atomic-file.js';
import type { RemoteLocation } from './vault.types.js';

const Stored = z.object({
  projectId: z.string(),
  baseBranch: z.string(),
  remote: z.discriminatedUnion('kind', [z.object({ kind: z.literal('url'), url: z.string() }), z.object({ kind: z.literal('path'), path: z.string() })]),
});

/** Whose vault a folder holds. Settings that reach the remote are not part of it: they may be secret, and the next connect reads them anew. */
export interface VaultRecord {
  readonly projectId: string;
  readonly baseBranch: string;
  readonly remote: RemoteLocation;
}

const FILE = 'vault.json';

/** Written at each opening, so that lanes can be looked at and cleaned up while nothing is connected. */
export async function writeVaultRecord(folder: string, { projectId, baseBranch, remote }: VaultRecord): Promise<void> {
  const text = `${JSON.stringify(Stored.parse({ projectId, baseBranch, remote }), null, 2)}\n`;
  const path = join(folder, FILE);
  if ((await readFile(path, 'utf8').catch(() => undefined)) !== text) await writeFileDurably(path, text);
}

/** The vaults below `<home>/projects`, in the order of their ids. A folder without a readable record is passed over. */
export async function listVaultRecords(home: string): Promise<readonly VaultRecord[]> {
  const folder = join(home, 'projects');
  const records: VaultRecord[] = [];
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    const text = await readFile(join(folder, name, FILE), 'utf8').catch(() => undefined);
    const read = Stored.safeParse(text === undefined ? undefined : parsed(text));
    if (read.success && read.data.projectId === name) records.push(read.data);
  }
  return records;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
