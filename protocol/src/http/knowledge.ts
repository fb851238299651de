import { z } from 'zod';
import { Instant, ObjectName, ProjectId, RunId, SessionId } from '../ids.js';
import { ArtifactKind, ContextFileName, RepositoryReport } from '../methods/analysis.js';
import { CatalogHit } from '../methods/catalog.js';

/** How far an analysis is. `waiting`: no machine has taken it yet. */
export const AnalysisStatus = { waiting: 'waiting', running: 'running', done: 'done', failed: 'failed' } as const;
export type AnalysisStatus = (typeof AnalysisStatus)[keyof typeof AnalysisStatus];

/** `POST /projects/{id}/analysis`: on this machine's session, or on any that offers it. */
export const StartAnalysis = z.strictObject({ session: SessionId.optional() });
export type StartAnalysis = z.infer<typeof StartAnalysis>;

export const AnalysisView = z.object({
  id: z.uuid(),
  projectId: ProjectId,
  status: z.enum(AnalysisStatus),
  /** What it waits for, why it failed, or what it found, for a person. */
  sentence: z.string(),
  /** The machine that it was asked of; null for any. */
  session: SessionId.nullable(),
  run: RunId.nullable(),
  requestedAt: Instant,
  endedAt: Instant.nullable(),
  commit: ObjectName.nullable(),
  report: RepositoryReport.nullable(),
});
export type AnalysisView = z.infer<typeof AnalysisView>;

/** A context file at one version. `text` is absent in lists. */
export const ContextFileView = z.object({
  projectId: ProjectId,
  name: z.enum(ContextFileName),
  /** Counts from 1; a version is made only when the text differs from the one before. */
  version: z.number().int(),
  commit: ObjectName,
  run: RunId.nullable(),
  createdAt: Instant,
  text: z.string().optional(),
});
export type ContextFileView = z.infer<typeof ContextFileView>;
export const ContextFileList = z.array(ContextFileView);

/** Lines of two versions, in order. */
export const ContextFileDiff = z.object({
  name: z.enum(ContextFileName),
  from: z.number().int(),
  to: z.number().int(),
  lines: z.array(z.object({ change: z.enum(['same', 'added', 'removed']), text: z.string() })),
});
export type ContextFileDiff = z.infer<typeof ContextFileDiff>;
export const ContextFileDiffQuery = z.object({ from: z.coerce.number().int().min(1), to: z.coerce.number().int().min(1) });

/** Which ranking answers. `fused` is the one to use; the two that it is made of are there to be compared with it. */
const Ranking = z.enum(['fused', 'full_text', 'vector']);

export const KnowledgeQuery = z.object({
  q: z.string().trim().min(1).max(500),
  kind: z.enum(ArtifactKind).optional(),
  language: z.string().max(40).optional(),
  /** A framework of the last analysis: only artifacts of files that use it. */
  framework: z.string().max(60).optional(),
  limit: z.coerce.number().int().min(1).max(50).default(10),
  ranking: Ranking.default('fused'),
});
export type KnowledgeQuery = z.infer<typeof KnowledgeQuery>;

/** What a search found, and what it could look at. */
export const KnowledgeAnswer = z.object({
  data: z.array(CatalogHit),
  /** As asked for; `full_text` also when the embedder could not be asked. */
  ranking: Ranking,
  /** The embedder's name; `hash-…` compares words, not meanings. */
  embedder: z.string(),
  /** The commit of the last analysis; null when there was none. */
  commit: ObjectName.nullable(),
  /** Whether the base branch is known to have moved on since. */
  behind: z.boolean(),
  artifacts: z.number().int(),
});
export type KnowledgeAnswer = z.infer<typeof KnowledgeAnswer>;
