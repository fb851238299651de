import { METHODS, RemoteError } from '@maestro/protocol';
import type { CatalogHit, CatalogQuery } from '@maestro/protocol';
import type { CatalogFile } from '../analysis/index.js';
import { RunStopped } from '../conversations/index.js';
import type { Catalog } from '../work/index.js';
import type { RunLink } from './runs.types.js';

export interface RunCatalogOptions {
  readonly link: RunLink;
  readonly run: string;
  /** Of the run, at this moment. */
  readonly epoch: () => number;
  readonly newId: () => string;
  readonly signal: AbortSignal;
  /** Resolves when the run may act; rejects when it is to stop. */
  readonly whenFree: () => Promise<void>;
  readonly pause: (ms: number) => Promise<void>;
}

/** The protocol's limits for one message: entries, and a size that stays well below a megabyte with its envelope. */
const MOST_ANNOUNCED = 500;
/** Fewer than the protocol allows: a part is one transaction, and an embedded database has one connection for everybody. */
const MOST_HANDED = 20;
const MOST_BYTES = 600_000;
const LOOK_AGAIN_MS = 500;
const PATIENCE_MS = 5_000;
/** Words of the studio that will not change by asking again. */
const FINAL = new Set(['not_found', 'refused', 'invalid_params', 'forbidden']);

/**
 * A run's way to the catalog. What is handed in is not journalled: an analysis that is interrupted begins anew, and the studio then wants
 * only what it does not have yet.
 */
export class RunCatalog implements Catalog {
  constructor(private readonly options: RunCatalogOptions) {}

  async announce(commit: string, files: readonly CatalogFile[]): Promise<readonly string[]> {
    const wanted: string[] = [];
    const named = files.map(({ path, blob, fingerprint, language, frameworks }) => ({ path, blob, fingerprint, language, frameworks: [...frameworks] }));
    for (const part of parts(named, MOST_ANNOUNCED)) wanted.push(...(await this.insist((held) => this.options.link.request(METHODS.catalogManifest, { ...held, commit, files: [...part] }))).wanted);
    return wanted;
  }

  async hand(files: readonly CatalogFile[]): Promise<void> {
    const handed = files.map(({ path, fingerprint, artifacts }) => ({ path, fingerprint, artifacts: [...artifacts] }));
    for (const part of parts(handed, MOST_HANDED)) await this.insist((held) => this.options.link.request(METHODS.catalogUpload, { ...held, files: [...part] }));
  }

  async search(queries: readonly CatalogQuery[]): Promise<readonly (readonly CatalogHit[])[] | undefined> {
    if (queries.length === 0) return [];
    const answer = await Promise.race([
      this.options.link.request(METHODS.catalogSearch, { queries: [...queries] }).then(
        ({ answers }) => answers.map(({ hits }) => hits),
        () => undefined,
      ),
      this.options.pause(PATIENCE_MS).then(() => undefined),
    ]);
    return answer;
  }

  /** Asks until there is an answer; a refusal that stays one is thrown with the studio's sentence. */
  private async insist<T>(ask: (held: { readonly opId: string; readonly run: string; readonly epoch: number }) => Promise<T>): Promise<T> {
    const { run, newId, signal, whenFree, pause } = this.options;
    let held = { opId: newId(), run, epoch: this.options.epoch() };
    for (;;) {
      await whenFree();
      const epoch = this.options.epoch();
      // Under a new epoch it is a new question: the old one may have been answered with the refusal of its epoch.
      if (epoch !== held.epoch) held = { opId: newId(), run, epoch };
      try {
        return await ask(held);
      } catch (error) {
        if (signal.aborted) throw new RunStopped();
        if (error instanceof RemoteError && FINAL.has(error.code)) throw new Error(`catalog_refused: ${error.data.sentence}`, { cause: error });
        await pause(LOOK_AGAIN_MS);
      }
    }
  }
}

/** In order, each part no longer and no larger than a message may be. */
function* parts<T>(items: readonly T[], most: number): Generator<readonly T[]> {
  let part: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item));
    if (part.length > 0 && (part.length === most || bytes + size > MOST_BYTES)) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(item);
    bytes += size;
  }
  if (part.length > 0) yield part;
}
