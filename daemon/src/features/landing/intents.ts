import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { syncFolder, writeFileDurably } from '../../platform/atomic-file.js';
import type { LandingIntent } from './landing.types.js';

const commit = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/);
const Stored = z.object({
  subjectId: z.string(),
  branch: z.string(),
  expectedTip: commit.nullable(),
  newTip: commit,
  head: commit,
});

/** What was about to be pushed, one small file for each subject, on disk before the push begins. */
export class IntentFiles {
  constructor(private readonly folder: string) {}

  async write(intent: LandingIntent): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeFileDurably(this.pathOf(intent.subjectId), `${JSON.stringify(Stored.parse(intent))}\n`);
  }

  async read(subjectId: string): Promise<LandingIntent | null> {
    let text: string;
    try {
      text = await readFile(this.pathOf(subjectId), 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
    return Stored.parse(JSON.parse(text));
  }

  /** What a push that is under way, or was cut off, may still send. Throws when an intent cannot be read: nobody knows then what is needed. */
  async commits(): Promise<readonly string[]> {
    const names = (await readdir(this.folder).catch(() => [])).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
    const intents = await Promise.all(names.map((name) => this.read(name.slice(0, -'.json'.length))));
    return intents.flatMap((intent) => (intent === null ? [] : [intent.newTip, intent.head]));
  }

  async remove(subjectId: string): Promise<void> {
    await rm(this.pathOf(subjectId), { force: true });
    await syncFolder(this.folder).catch(() => undefined);
  }

  private pathOf(subjectId: string): string {
    if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(subjectId)) throw new Error('landing_subject_id: letters, digits and hyphens only');
    return join(this.folder, `${subjectId}.json`);
  }
}
