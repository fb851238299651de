import { Injectable } from '@nestjs/common';
import type { ArtifactDraft } from '@maestro/protocol';
import { execute, rows } from '../../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../../platform/database/index.js';
import type { SearchWords } from '../domain/artifact-text.js';

/** A file as a run announces it. */
export interface AnnouncedFile {
  readonly path: string;
  readonly blob: string;
  readonly fingerprint: string;
  readonly language: string;
  readonly frameworks: readonly string[];
}

/** An artifact ready to be stored. */
export interface NewArtifact extends ArtifactDraft {
  readonly id: string;
  readonly content: string;
  readonly words: SearchWords;
  readonly embedding: Float32Array | null;
}

/** What writes of one file's artifacts need to know of those that are there. */
export interface KnownArtifact {
  readonly id: string;
  readonly content: string;
}

export interface CatalogState {
  readonly revision: number;
  readonly commit: string | null;
  readonly analysedAt: string | null;
  readonly behind: boolean;
}

const NOTHING: CatalogState = { revision: 0, commit: null, analysedAt: null, behind: false };

/** Writes of the catalog, and what is known of it as a whole. */
@Injectable()
export class ArtifactsRepository {
  async state(reader: Reader, projectId: string): Promise<CatalogState> {
    const [row] = await rows<{ revision: string; commit: string | null; analysedAt: Date | null; behind: boolean }>(
      reader,
      `select revision::text as revision, commit, analysed_at as "analysedAt", coalesce(base_tip <> commit, false) as behind from catalogs where project_id = $1`,
      [projectId],
    );
    return row === undefined ? NOTHING : { ...row, revision: Number(row.revision), analysedAt: row.analysedAt?.toISOString() ?? null };
  }

  /** Makes sure that the catalog is there and holds it until the transaction ends: parts of one analysis are written one after the other. */
  async lock(tx: Tx, projectId: string): Promise<void> {
    await execute(tx, 'insert into catalogs (project_id) values ($1) on conflict do nothing', [projectId]);
    await rows(tx, 'select from catalogs where project_id = $1 for no key update', [projectId]);
  }

  async changed(tx: Tx, projectId: string): Promise<void> {
    await execute(tx, 'update catalogs set revision = revision + 1 where project_id = $1', [projectId]);
  }

  /** A release moved the base branch. */
  async moveBase(tx: Tx, projectId: string, tip: string): Promise<void> {
    await execute(tx, 'update catalogs set base_tip = $2 where project_id = $1', [projectId, tip]);
  }

  /** Names files; answers with those whose artifacts are not held under this fingerprint. */
  async announce(tx: Tx, projectId: string, runId: string, commit: string, files: readonly AnnouncedFile[]): Promise<readonly string[]> {
    const found = await rows<{ path: string }>(
      tx,
      `with announced as (
         insert into catalog_files as f (project_id, path, blob, fingerprint, language, frameworks, seen_run, commit)
         select $1, n.path, n.blob, n.fingerprint, n.language, n.frameworks, $2, $3
           from jsonb_to_recordset($4::jsonb) as n (path text, blob text, fingerprint text, language text, frameworks text[])
         on conflict (project_id, path) do update set blob = excluded.blob, fingerprint = excluded.fingerprint, language = excluded.language, frameworks = excluded.frameworks,
           seen_run = excluded.seen_run, commit = excluded.commit, stored_commit = case when f.stored_fingerprint = excluded.fingerprint then excluded.commit else f.stored_commit end
         returning f.path, f.fingerprint, f.stored_fingerprint)
       select path from announced where stored_fingerprint is distinct from fingerprint order by path`,
      [projectId, runId, commit, JSON.stringify(files)],
    );
    return found.map(({ path }) => path);
  }

  /** Of these paths, those that this run announced under these fingerprints. */
  async announced(reader: Reader, projectId: string, runId: string, files: readonly { readonly path: string; readonly fingerprint: string }[]): Promise<readonly string[]> {
    const found = await rows<{ path: string }>(
      reader,
      `select f.path from catalog_files f join jsonb_to_recordset($3::jsonb) as n (path text, fingerprint text) on n.path = f.path and n.fingerprint = f.fingerprint
        where f.project_id = $1 and f.seen_run = $2`,
      [projectId, runId, JSON.stringify(files)],
    );
    return found.map(({ path }) => path);
  }

  /** Those of a file whose embedding was made by this embedder. */
  known(reader: Reader, projectId: string, path: string, embedder: string): Promise<readonly KnownArtifact[]> {
    return rows<KnownArtifact>(reader, 'select id, content from artifacts where project_id = $1 and path = $2 and embedder = $3', [projectId, path, embedder]);
  }

  /** Keeps the artifacts of a file whose words are as they were, where they stand now; takes the others away. */
  async keep(tx: Tx, projectId: string, path: string, kept: readonly { readonly id: string; readonly line: number; readonly endLine: number; readonly exported: boolean }[]): Promise<void> {
    await execute(tx, 'delete from artifacts where project_id = $1 and path = $2 and not id = any($3::uuid[])', [projectId, path, kept.map(({ id }) => id)]);
    if (kept.length === 0) return;
    await execute(
      tx,
      `update artifacts a set line = k.line, end_line = k."endLine", exported = k.exported from jsonb_to_recordset($1::jsonb) as k (id uuid, line int, "endLine" int, exported boolean) where a.id = k.id`,
      [JSON.stringify(kept)],
    );
  }

  async insert(tx: Tx, projectId: string, path: string, artifacts: readonly NewArtifact[], embedder: string | null): Promise<void> {
    if (artifacts.length === 0) return;
    const records = artifacts.map(({ words, embedding, ...artifact }) => ({ ...artifact, ...prefixed(words), embedding: embedding === null ? null : [...embedding] }));
    await execute(
      tx,
      `insert into artifacts (id, project_id, path, kind, name, container, signature, doc, line, end_line, exported, content, search, embedding, embedder)
       select n.id, $1, $2, n.kind, n.name, n.container, n.signature, n.doc, n.line, n."endLine", n.exported, n.content,
              setweight(to_tsvector('simple', n.w_name), 'A') || setweight(to_tsvector('simple', n.w_signature), 'B') || setweight(to_tsvector('simple', n.w_doc), 'C') || setweight(to_tsvector('simple', n.w_path), 'D'),
              n.embedding, case when n.embedding is null then null else $4 end
         from jsonb_to_recordset($3::jsonb) as n (id uuid, kind text, name text, container text, signature text, doc text, line int, "endLine" int, exported boolean, content text,
              w_name text, w_signature text, w_doc text, w_path text, embedding real[])`,
      [projectId, path, JSON.stringify(records), embedder],
    );
  }

  /** What is held of a file is now what was announced. */
  async stored(tx: Tx, projectId: string, path: string): Promise<void> {
    await execute(tx, 'update catalog_files set stored_fingerprint = fingerprint, stored_blob = blob, stored_commit = commit where project_id = $1 and path = $2', [projectId, path]);
  }

  /** How many files this run named, and how many of them are held as it named them. */
  async progress(reader: Reader, projectId: string, runId: string): Promise<{ readonly named: number; readonly held: number }> {
    const [row] = await rows<{ named: number; held: number }>(
      reader,
      'select count(*)::int as named, (count(*) filter (where stored_fingerprint = fingerprint))::int as held from catalog_files where project_id = $1 and seen_run = $2',
      [projectId, runId],
    );
    return row ?? { named: 0, held: 0 };
  }

  /** The analysis is whole: what it did not name is gone. */
  async settle(tx: Tx, projectId: string, runId: string, commit: string): Promise<void> {
    await execute(tx, 'delete from catalog_files where project_id = $1 and seen_run <> $2', [projectId, runId]);
    await execute(tx, 'update catalogs set revision = revision + 1, commit = $2, base_tip = null, analysed_at = clock_timestamp() where project_id = $1', [projectId, commit]);
  }

  /** Artifacts that this embedder has not come to yet. */
  backlog(reader: Reader, embedder: string, limit: number): Promise<readonly { readonly id: string; readonly projectId: string; readonly path: string; readonly name: string; readonly container: string; readonly signature: string; readonly doc: string }[]> {
    return rows(reader, `select id, project_id as "projectId", path, name, container, signature, doc from artifacts where embedder is distinct from $1 order by project_id, id limit $2`, [embedder, limit]);
  }

  async embedded(tx: Tx, embeddings: readonly { readonly id: string; readonly embedding: Float32Array }[], embedder: string): Promise<void> {
    const records = embeddings.map(({ id, embedding }) => ({ id, embedding: [...embedding] }));
    await execute(tx, 'update artifacts a set embedding = n.embedding, embedder = $2 from jsonb_to_recordset($1::jsonb) as n (id uuid, embedding real[]) where a.id = n.id', [JSON.stringify(records), embedder]);
  }
}

function prefixed({ name, signature, doc, path }: SearchWords): object {
  return { w_name: name, w_signature: signature, w_doc: doc, w_path: path };
}
