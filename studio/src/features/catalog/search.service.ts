import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import type { CatalogHit, KnowledgeAnswer } from '@maestro/protocol';
import { Database } from '../../platform/database/index.js';
import type { Reader, Tx } from '../../platform/database/index.js';
import { Log } from '../../platform/logging/index.js';
import { fuse } from './domain/fuse.js';
import { cosine } from './domain/hash-embedding.js';
import type { Near } from './domain/nearest.js';
import { wordsOf } from './domain/words.js';
import { Embedder, EmbedderFailed } from './embedding/embedder.js';
import { MemoryRanking } from './memory-ranking.js';
import { ArtifactsRepository } from './store/artifacts.repository.js';
import { SearchRepository } from './store/search.repository.js';
import type { Scope } from './store/search.repository.js';
import { VectorIndexRepository } from './store/vector-index.repository.js';

/** A question, and what may answer it. */
interface Question extends Scope {
  readonly q: string;
  readonly limit: number;
}

/** How a question is ranked: the parts of the fusion can be asked for alone, to measure them. */
type Ranking = KnowledgeAnswer['ranking'];

interface SearchSettings {
  /** How the embeddings are compared. `index`: through pgvector. `memory`: in this process. */
  readonly vectors: 'index' | 'memory';
  /** Projects of fewer artifacts are compared one by one, which is exact and, up to here, faster than the index. */
  readonly exactBelow: number;
}

/** Of each ranking, before they are fused. */
const CANDIDATES = 50;
const EXACT_BELOW = 3_000;
/** What is no more alike than this has nothing to do with the question, and only fills the list. */
const UNLIKE = 0.02;

/** Search in the catalog: words and embeddings, fused. */
@Injectable()
export class SearchService implements OnApplicationBootstrap {
  settings: SearchSettings = { vectors: 'memory', exactBelow: EXACT_BELOW };

  constructor(
    private readonly database: Database,
    private readonly embedder: Embedder,
    private readonly artifacts: ArtifactsRepository,
    private readonly search: SearchRepository,
    private readonly index: VectorIndexRepository,
    private readonly memory: MemoryRanking,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.database.capabilities.vector) return;
    try {
      await this.database.inTransaction((tx) => this.index.ensure(tx));
      this.settings = { ...this.settings, vectors: 'index' };
    } catch (error) {
      // The extension is there and may not be created by this user: the answers are the same, only slower.
      this.log.warn({ err: error }, 'pgvector cannot be used; embeddings are compared in this process');
    }
  }

  async ask(question: Question, ranking: Ranking = 'fused'): Promise<KnowledgeAnswer> {
    const query = ranking === 'full_text' ? undefined : await this.embed(question.q);
    // A transaction, because the index is told how to scan for this one alone.
    return this.database.inTransaction(async (tx) => {
      const state = await this.artifacts.state(tx, question.projectId);
      const byWords = ranking === 'vector' ? [] : await this.search.byWords(tx, question, { q: question.q, words: wordsOf(question.q) }, CANDIDATES);
      const near = query === undefined ? [] : (await this.near(tx, state.revision, question, query)).filter(({ similarity }) => ranking === 'vector' || similarity > UNLIKE);
      const [words, alike] = [byWords.map(({ id }) => id), near.map(({ id }) => id)];
      // Whoever types a name wants what has it: a ranking of its own, so that being like it does not outvote being it.
      const named = byWords.flatMap(({ id, named: isIt }) => (isIt ? [id] : []));
      const best = fuse([words, alike, named], question.limit);
      const similarities = query === undefined ? new Map<string, number>() : await this.similarities(tx, near, best.map(({ id }) => id), query);
      const found = new Map((await this.search.artifacts(tx, question.projectId, best.map(({ id }) => id))).map((artifact) => [artifact.id, artifact]));
      const data = best.flatMap(({ id, score }): CatalogHit[] => {
        const artifact = found.get(id);
        if (artifact === undefined) return [];
        const { changed, ...rest } = artifact;
        return [{ ...rest, analysedAt: state.analysedAt ?? new Date(0).toISOString(), stale: changed || state.behind, similarity: similarities.get(id) ?? null, foundBy: foundBy(words.includes(id), alike.includes(id)), score }];
      });
      const artifacts = await this.search.count(tx, question.projectId);
      return { data, ranking: query === undefined ? 'full_text' : ranking, embedder: this.embedder.id, commit: state.commit, behind: state.behind, artifacts };
    });
  }

  private async near(tx: Tx, revision: number, question: Question, query: Float32Array): Promise<readonly Near[]> {
    const { vectors, exactBelow } = this.settings;
    const embedder = this.embedder.id;
    if (vectors === 'memory') return this.memory.nearest(tx, revision, question, embedder, query, CANDIDATES);
    const held = await this.search.embedded(tx, question.projectId, embedder);
    if (held < exactBelow) return this.search.byVector(tx, question, embedder, query, CANDIDATES);
    const found = await this.search.byIndex(tx, question, embedder, query, CANDIDATES);
    // Fewer than asked for: the filter is narrower than the index can go, so every one is looked at.
    return found.length < CANDIDATES ? this.search.byVector(tx, question, embedder, query, CANDIDATES) : found;
  }

  /** Of hits that only the words found, too: a reader wants to know how alike they are. */
  private async similarities(reader: Reader, near: readonly Near[], ids: readonly string[], query: Float32Array): Promise<ReadonlyMap<string, number>> {
    const known = new Map(near.map(({ id, similarity }) => [id, similarity]));
    const missing = ids.filter((id) => !known.has(id));
    if (missing.length > 0) for (const [id, embedding] of await this.search.embeddingsOf(reader, missing, this.embedder.id)) known.set(id, cosine(query, embedding));
    return known;
  }

  /** Undefined when the embedder does not answer: then words alone have to do. */
  private async embed(text: string): Promise<Float32Array | undefined> {
    try {
      const [embedding] = await this.embedder.embed([text]);
      return embedding;
    } catch (error) {
      if (!(error instanceof EmbedderFailed)) throw error;
      this.log.warn({ err: error }, 'a search goes without embeddings');
      return undefined;
    }
  }
}

function foundBy(text: boolean, vector: boolean): CatalogHit['foundBy'] {
  return text && vector ? 'both' : text ? 'text' : 'vector';
}
