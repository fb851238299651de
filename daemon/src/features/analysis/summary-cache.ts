import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { writeFileDurably } from '../../platform/atomic-file.js';
import type { ContextText } from './domain/context-files.js';

const Kept = z.object({ key: z.string(), agent: z.string(), text: z.string() });

/** What an agent has written about a repository. */
export interface Summary {
  readonly agent: string;
  readonly text: string;
}

/** The last summary, kept while the facts that it was made from are the same: asking again would cost money and make a version that says nothing new. */
export class SummaryCache {
  constructor(private readonly path: string) {}

  /** Undefined when there is none of these facts; a file that cannot be read is none. */
  async get(facts: readonly ContextText[]): Promise<Summary | undefined> {
    try {
      const { key, agent, text } = Kept.parse(JSON.parse(await readFile(this.path, 'utf8')));
      return key === keyOf(facts) ? { agent, text } : undefined;
    } catch {
      return undefined;
    }
  }

  async save(facts: readonly ContextText[], { agent, text }: Summary): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    await writeFileDurably(this.path, JSON.stringify({ key: keyOf(facts), agent, text }));
  }
}

function keyOf(facts: readonly ContextText[]): string {
  return createHash('sha256').update(JSON.stringify(facts.map(({ name, text }) => [name, text]))).digest('hex');
}
