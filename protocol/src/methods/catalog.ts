import { z } from 'zod';
import { Instant, ObjectName, OpId, RunId } from '../ids.js';
import { defineMethod } from '../rpc/index.js';
import { ArtifactDraft, ArtifactKind } from './analysis.js';

const epoch = z.number().int().min(1);
const held = { run: RunId, epoch };
const connect = 'session.connect' as const;
const path = z.string().min(1).max(1_000);
const language = z.string().max(40);

/** One hit of a search. `path`, `line` and `blob` are those of `commit`. */
export const CatalogHit = z.strictObject({
  id: z.string(),
  kind: z.enum(ArtifactKind),
  name: z.string(),
  container: z.string(),
  signature: z.string(),
  doc: z.string(),
  language: z.string(),
  path: z.string(),
  line: z.number().int(),
  endLine: z.number().int(),
  exported: z.boolean(),
  commit: ObjectName,
  blob: ObjectName,
  analysedAt: Instant,
  /** The file is known to have changed since, or the base branch to have moved on. */
  stale: z.boolean(),
  /** Cosine of the embeddings of query and artifact, -1 to 1; null when the embedder could not be asked or has not come to it yet. */
  similarity: z.number().nullable(),
  /** Which of the two rankings had it among its best: full text, embeddings, or both. */
  foundBy: z.enum(['text', 'vector', 'both']),
  /** Fused score, higher is better; comparable within one answer only. */
  score: z.number(),
});
export type CatalogHit = z.infer<typeof CatalogHit>;

export const CatalogQuery = z.strictObject({
  q: z.string().min(1).max(2_000),
  kind: z.enum(ArtifactKind).optional(),
  language: language.optional(),
  limit: z.number().int().min(1).max(50).default(8),
});
export type CatalogQuery = z.infer<typeof CatalogQuery>;

export const catalogManifest = defineMethod({
  name: 'catalog/manifest',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: connect,
  mutating: true,
  doc: 'Files of the commit that a `repo_analysis` run looks at, in any number of parts. `fingerprint` is made of the content and of the version of the analysis; the answer names the paths whose artifacts the studio does not have under it, which are to be handed in with `catalog/upload`.',
  params: z.strictObject({
    opId: OpId,
    ...held,
    commit: ObjectName,
    files: z.array(z.strictObject({ path, blob: ObjectName, fingerprint: z.string().min(1).max(128), language, frameworks: z.array(z.string().min(1).max(60)).max(10).default([]) })).min(1).max(500),
  }),
  result: z.strictObject({ wanted: z.array(path) }),
  errors: ['not_found', 'stale_epoch', 'refused'],
});

export const catalogUpload = defineMethod({
  name: 'catalog/upload',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: connect,
  mutating: true,
  doc: 'Artifacts of files that the manifest named. They replace what the studio had of these files; the same part sent again changes nothing.',
  params: z.strictObject({
    opId: OpId,
    ...held,
    files: z.array(z.strictObject({ path, fingerprint: z.string().min(1).max(128), artifacts: z.array(ArtifactDraft).max(300) })).min(1).max(100),
  }),
  result: z.strictObject({ stored: z.number().int().min(0) }),
  errors: ['not_found', 'stale_epoch', 'refused'],
});

export const catalogSearch = defineMethod({
  name: 'catalog/search',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: connect,
  mutating: false,
  doc: "Searches the catalog of the session's project: full text and embeddings, fused. One answer for each query, best hits first.",
  params: z.strictObject({ queries: z.array(CatalogQuery).min(1).max(20) }),
  result: z.strictObject({ answers: z.array(z.strictObject({ hits: z.array(CatalogHit) })) }),
  errors: ['unavailable'],
});
