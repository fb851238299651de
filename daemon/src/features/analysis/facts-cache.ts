import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFileDurably } from '../../platform/atomic-file.js';
import type { FileFacts } from './domain/facts.js';

/** Raised whenever a parser or what is kept of it changes: what was kept before is then parsed, and handed in, again. */
export const FACTS_VERSION = 2;

/** Facts by content, kept on this machine between analyses: a file that did not change is not parsed again. Losing them costs time only. */
export class FactsCache {
  private kept = new Map<string, FileFacts | null>();

  constructor(private readonly path: string) {}

  /** A cache that cannot be read, or of another version, is an empty one. */
  async load(): Promise<void> {
    try {
      const stored = JSON.parse(await readFile(this.path, 'utf8')) as { readonly version: number; readonly facts: readonly (readonly [string, FileFacts | null])[] };
      if (stored.version === FACTS_VERSION) this.kept = new Map(stored.facts);
    } catch {
      this.kept = new Map();
    }
  }

  /** `null`: known to be unparsable. */
  get(key: string): FileFacts | null | undefined {
    return this.kept.get(key);
  }

  /** Keeps these and forgets the rest: what is not in the commit any more is not looked for again. */
  async save(facts: ReadonlyMap<string, FileFacts | null>): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    await writeFileDurably(this.path, JSON.stringify({ version: FACTS_VERSION, facts: [...facts] }));
  }
}
