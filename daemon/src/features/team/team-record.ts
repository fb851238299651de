import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileDurably } from '../../platform/atomic-file.js';

const Worker = z.object({ id: z.string(), name: z.string(), pid: z.number(), startTime: z.string(), marker: z.string(), runs: z.string() });

/**
 * A team on its lead's disk: who was started, by process id and start time, and where the journals are. Written before anything can go wrong,
 * so that whoever is left, or the next daemon, knows what to end.
 */
const Record = z.object({
  team: z.string(),
  studio: z.string(),
  project: z.string(),
  lead: z.object({ pid: z.number(), startTime: z.string(), runs: z.string() }),
  workers: z.array(Worker),
});
export type TeamRecord = z.infer<typeof Record>;
export type WorkerProcess = z.infer<typeof Worker>;

const FOLDER = 'teams';

export function recordPath(home: string, team: string): string {
  return join(home, FOLDER, `${team}.json`);
}

export async function writeRecord(home: string, record: TeamRecord): Promise<string> {
  const path = recordPath(home, record.team);
  await mkdir(join(home, FOLDER), { recursive: true, mode: 0o700 });
  await writeFileDurably(path, JSON.stringify(record));
  return path;
}

/** `undefined` when there is none, or none that can be read: then there is nothing that could be ended by it. */
export async function readRecord(path: string): Promise<TeamRecord | undefined> {
  try {
    const parsed = Record.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export async function allRecords(home: string): Promise<readonly TeamRecord[]> {
  const names = await readdir(join(home, FOLDER)).catch(() => []);
  const found = await Promise.all(names.filter((name) => name.endsWith('.json')).map((name) => readRecord(join(home, FOLDER, name))));
  return found.filter((record) => record !== undefined);
}

export function removeRecord(home: string, team: string): Promise<void> {
  return rm(recordPath(home, team), { force: true });
}
