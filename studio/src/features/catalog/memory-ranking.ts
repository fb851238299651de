import { Injectable } from '@nestjs/common';
import type { Reader } from '../../platform/database/index.js';
import { nearest } from './domain/nearest.js';
import type { Near } from './domain/nearest.js';
import { SearchRepository } from './store/search.repository.js';
import type { Scope } from './store/search.repository.js';

interface Held {
  readonly revision: string;
  readonly artifacts: readonly { readonly id: string; readonly kind: string; readonly language: string; readonly frameworks: readonly string[]; readonly embedding: Float32Array }[];
}

/** Artifacts held in all; some 1.2 KB each. */
const MOST_HELD = 100_000;

/** Ranking by embedding where the database has no pgvector. What is kept here is a copy for one revision of the catalog. */
@Injectable()
export class MemoryRanking {
  private readonly held = new Map<string, Held>();

  constructor(private readonly search: SearchRepository) {}

  async nearest(reader: Reader, revision: number, scope: Scope, embedder: string, query: Float32Array, limit: number): Promise<readonly Near[]> {
    const { artifacts } = await this.of(reader, scope.projectId, `${revision} ${embedder}`, embedder);
    const { kind, language, framework } = scope;
    const inScope = artifacts.filter((each) => (kind === undefined || each.kind === kind) && (language === undefined || each.language === language) && (framework === undefined || each.frameworks.includes(framework)));
    return nearest(query, inScope, limit);
  }

  private async of(reader: Reader, projectId: string, revision: string, embedder: string): Promise<Held> {
    const known = this.held.get(projectId);
    if (known?.revision === revision) {
      // The last used goes to the end, so that the first is the one to let go.
      this.held.delete(projectId);
      this.held.set(projectId, known);
      return known;
    }
    const artifacts = (await this.search.embeddings(reader, projectId, embedder)).map((each) => ({ ...each, embedding: Float32Array.from(each.embedding) }));
    const read = { revision, artifacts };
    this.held.delete(projectId);
    this.held.set(projectId, read);
    this.letGo();
    return read;
  }

  private letGo(): void {
    let total = [...this.held.values()].reduce((sum, { artifacts }) => sum + artifacts.length, 0);
    for (const [projectId, { artifacts }] of this.held) {
      if (total <= MOST_HELD || this.held.size === 1) return;
      this.held.delete(projectId);
      total -= artifacts.length;
    }
  }
}
