import { Injectable } from '@nestjs/common';
import type { ArtifactKind } from '@maestro/protocol';
import { execute, rows } from '../../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../../platform/database/index.js';
import { DIMENSIONS } from '../domain/hash-embedding.js';
import { inOrder } from '../domain/nearest.js';
import type { Near } from '../domain/nearest.js';

/** Which artifacts count. */
export interface Scope {
  readonly projectId: string;
  readonly kind: ArtifactKind | undefined;
  readonly language: string | undefined;
  readonly framework: string | undefined;
}

/** An artifact as it is found. */
export interface FoundArtifact {
  readonly id: string;
  readonly kind: ArtifactKind;
  readonly name: string;
  readonly container: string;
  readonly signature: string;
  readonly doc: string;
  readonly language: string;
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
  readonly exported: boolean;
  readonly commit: string;
  readonly blob: string;
  /** Its file was announced with another content, which has not been handed in. */
  readonly changed: boolean;
}

/** An artifact that words of the question found. */
interface ByWords {
  readonly id: string;
  /** The whole question is its name. */
  readonly named: boolean;
}

/** Names weigh most, places least. The order is D, C, B, A. */
const WEIGHTS = '{0.1, 0.35, 0.45, 1.0}';
/** Looked at on the way through the index; more only makes a query slower, fewer may miss near ones. */
const EF_SEARCH = 200;
/** The index goes on until enough rows pass the filter; without a limit of its own worth the name, so that a small project among many is found. */
const MOST_SCANNED = 2_000_000;

const IN_SCOPE = `a.project_id = $1 and ($2::text is null or a.kind = $2) and ($3::text is null or f.language = $3) and ($4::text is null or $4 = any(f.frameworks))`;
const FILE = 'join catalog_files f on f.project_id = a.project_id and f.path = a.path';
const asParameters = ({ projectId, kind, language, framework }: Scope): readonly unknown[] => [projectId, kind ?? null, language ?? null, framework ?? null];

/** The two rankings that search fuses, and what it shows. */
@Injectable()
export class SearchRepository {
  /**
   * By words: for each word of the query how well it fits, times how rare it is in the project. PostgreSQL's own ranking knows nothing
   * of rarity, and would put what says "get" and "value" often above what says the one word that matters. What has the whole question for
   * its name comes first: a long description would push it down among those that say its name more briefly.
   */
  async byWords(reader: Reader, scope: Scope, { q, words }: { readonly q: string; readonly words: readonly string[] }, limit: number): Promise<readonly ByWords[]> {
    if (words.length === 0) return [];
    return rows<ByWords>(
      reader,
      `with asked as (select word, plainto_tsquery('simple', word) as query from unnest($5::text[]) as word),
            fitting as materialized (
              select a.id, lower($8) in (lower(a.name), lower(a.container || '.' || a.name)) as named, k.word, ts_rank('${WEIGHTS}', a.search, k.query, 1) as fit
                from asked k join artifacts a on a.search @@ k.query ${FILE} where ${IN_SCOPE}),
            rare as (select word, ln(1 + $6::float8 / (0.5 + count(*))) as weight from fitting group by word)
       select m.id, bool_or(m.named) as named from fitting m join rare r using (word) group by m.id order by bool_or(m.named) desc, sum(m.fit * r.weight * r.weight) desc, m.id limit $7`,
      [...asParameters(scope), [...new Set(words)], await this.count(reader, scope.projectId), limit, q.trim()],
    );
  }

  /** By embedding, through pgvector's index: approximate, and never fewer than there are. */
  async byIndex(tx: Tx, scope: Scope, embedder: string, query: Float32Array, limit: number): Promise<readonly Near[]> {
    await execute(tx, `select set_config('hnsw.ef_search', '${EF_SEARCH}', true), set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.max_scan_tuples', '${MOST_SCANNED}', true), set_config('hnsw.scan_mem_multiplier', '8', true)`);
    // The planner takes a sort of the whole project for cheaper than it is.
    await execute(tx, `select set_config('enable_sort', 'off', true)`);
    const found = await this.near(tx, scope, embedder, query, `a.embedding::vector(${DIMENSIONS}) <=> $6::vector`, limit);
    await execute(tx, `select set_config('enable_sort', 'on', true)`);
    return found;
  }

  /** By embedding, looking at every one of the project, in the database. */
  byVector(reader: Reader, scope: Scope, embedder: string, query: Float32Array, limit: number): Promise<readonly Near[]> {
    // `+ 0` keeps the index out.
    return this.near(reader, scope, embedder, query, `(a.embedding::vector(${DIMENSIONS}) <=> $6::vector) + 0`, limit);
  }

  /** Embeddings of a project, for a database that cannot compare them. */
  embeddings(reader: Reader, projectId: string, embedder: string): Promise<readonly { readonly id: string; readonly kind: string; readonly language: string; readonly frameworks: readonly string[]; readonly embedding: readonly number[] }[]> {
    return rows(reader, `select a.id, a.kind, f.language, f.frameworks, a.embedding from artifacts a ${FILE} where a.project_id = $1 and a.embedder = $2 order by a.id`, [projectId, embedder]);
  }

  /** How many of a project have an embedding of this embedder. */
  async embedded(reader: Reader, projectId: string, embedder: string): Promise<number> {
    const [row] = await rows<{ count: number }>(reader, 'select count(*)::int as count from artifacts where project_id = $1 and embedder = $2', [projectId, embedder]);
    return row?.count ?? 0;
  }

  async count(reader: Reader, projectId: string): Promise<number> {
    const [row] = await rows<{ count: number }>(reader, 'select count(*)::int as count from artifacts where project_id = $1', [projectId]);
    return row?.count ?? 0;
  }

  /** In no order. The project is named too: an id of another one finds nothing. */
  artifacts(reader: Reader, projectId: string, ids: readonly string[]): Promise<readonly FoundArtifact[]> {
    return rows<FoundArtifact>(
      reader,
      `select a.id, a.kind, a.name, a.container, a.signature, a.doc, f.language, a.path, a.line, a.end_line as "endLine", a.exported,
              coalesce(f.stored_commit, f.commit) as commit, coalesce(f.stored_blob, f.blob) as blob, f.stored_fingerprint is distinct from f.fingerprint as changed
         from artifacts a ${FILE} where a.project_id = $1 and a.id = any($2::uuid[])`,
      [projectId, ids],
    );
  }

  /** Embeddings of named artifacts. */
  async embeddingsOf(reader: Reader, ids: readonly string[], embedder: string): Promise<ReadonlyMap<string, readonly number[]>> {
    const found = await rows<{ id: string; embedding: readonly number[] }>(reader, 'select id, embedding from artifacts where id = any($1::uuid[]) and embedder = $2', [ids, embedder]);
    return new Map(found.map(({ id, embedding }) => [id, embedding]));
  }

  private async near(reader: Reader, scope: Scope, embedder: string, query: Float32Array, distance: string, limit: number): Promise<readonly Near[]> {
    const found = await rows<Near>(
      reader,
      `select a.id, 1 - (a.embedding::vector(${DIMENSIONS}) <=> $6::vector) as similarity from artifacts a ${FILE}
        where ${IN_SCOPE} and a.embedder = $5 and a.embedding is not null order by ${distance} limit $7`,
      [...asParameters(scope), embedder, `[${[...query].join(',')}]`, limit],
    );
    return inOrder(found);
  }
}
