import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { EventKind, ok, refuse } from '@maestro/protocol';
import type { Actor, Analysed, ArtifactDraft, Result } from '@maestro/protocol';
import { afterCommit, Database } from '../../platform/database/index.js';
import type { Tx } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { Log } from '../../platform/logging/index.js';
import { LoopRunner } from '../../platform/loops/index.js';
import { Events } from '../events/index.js';
import { embeddingText, searchWords } from './domain/artifact-text.js';
import { Embedder, EmbedderFailed } from './embedding/embedder.js';
import { ArtifactsRepository } from './store/artifacts.repository.js';
import type { AnnouncedFile, NewArtifact } from './store/artifacts.repository.js';
import { ContextFilesRepository } from './store/context-files.repository.js';

/** The run on whose behalf the catalog is written. */
export interface AnalysingRun {
  readonly id: string;
  readonly workspaceId: string;
  readonly projectId: string;
}

interface HandedIn {
  readonly path: string;
  readonly fingerprint: string;
  readonly artifacts: readonly ArtifactDraft[];
}

/** What embeds after the fact is woken under this name. */
export const EMBED_LOOP = 'catalog.embed';
const BACKLOG = 64;

/** The catalog of a project: what analyses hand in, and what becomes of it. */
@Injectable()
export class CatalogService {
  constructor(
    private readonly database: Database,
    private readonly artifacts: ArtifactsRepository,
    private readonly contextFiles: ContextFilesRepository,
    private readonly embedder: Embedder,
    private readonly events: Events,
    private readonly loops: LoopRunner,
    private readonly log: Log,
  ) {}

  /** Takes a part of the manifest. Answers with the paths whose artifacts are wanted. */
  async announce(tx: Tx, run: AnalysingRun, commit: string, files: readonly AnnouncedFile[]): Promise<readonly string[]> {
    await this.artifacts.lock(tx, run.projectId);
    return this.artifacts.announce(tx, run.projectId, run.id, commit, files);
  }

  /** Takes artifacts of announced files; what they replace is gone with it. */
  async take(tx: Tx, run: AnalysingRun, files: readonly HandedIn[]): Promise<Result<{ readonly stored: number }>> {
    await this.artifacts.lock(tx, run.projectId);
    const announced = new Set(await this.artifacts.announced(tx, run.projectId, run.id, files));
    const foreign = files.find(({ path }) => !announced.has(path));
    if (foreign !== undefined) return refuse('unprocessable', 'not_announced', `This run has not announced ${foreign.path} with this content. Send its part of the manifest first.`);
    let stored = 0;
    for (const file of files) {
      await this.replace(tx, run.projectId, file);
      stored += file.artifacts.length;
    }
    await this.artifacts.changed(tx, run.projectId);
    if (!this.embedder.local) afterCommit(tx, () => this.loops.wake(EMBED_LOOP));
    return ok({ stored });
  }

  /**
   * The analysis came to its end. The caller holds its run.
   *
   * @returns a sentence when its parts are not all there, and nothing was changed.
   */
  async settle(tx: Tx, run: AnalysingRun, outcome: Analysed, actor: Actor): Promise<string | undefined> {
    await this.artifacts.lock(tx, run.projectId);
    const { named, held } = await this.artifacts.progress(tx, run.projectId, run.id);
    if (named !== outcome.files || held !== named) return `Of ${outcome.files} files ${named} were announced and the artifacts of ${held} arrived.`;
    await this.artifacts.settle(tx, run.projectId, run.id, outcome.commit);
    const latest = new Map((await this.contextFiles.latest(tx, run.projectId)).map((file) => [file.name, file]));
    for (const { name, text } of outcome.context) {
      const before = latest.get(name);
      if (before?.text === text) continue;
      const version = (before?.version ?? 0) + 1;
      await this.contextFiles.add(tx, { projectId: run.projectId, name, version, commit: outcome.commit, run: run.id, text });
      const { workspaceId, projectId } = run;
      await this.events.append(tx, { kind: EventKind.contextFileUpdated, actor, workspaceId, projectId, runId: run.id, payload: { name, version, commit: outcome.commit } });
    }
    return undefined;
  }

  /** A release moved the base branch away from what the catalog knows. */
  baseMoved(tx: Tx, projectId: string, tip: string): Promise<void> {
    return this.artifacts.moveBase(tx, projectId, tip);
  }

  /** Embeds what has no embedding of the present embedder. Stops at the first failure; the sweep tries again. */
  async embedBacklog(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const waiting = await this.database.read((reader) => this.artifacts.backlog(reader, this.embedder.id, BACKLOG));
      if (waiting.length === 0) return;
      let embeddings: readonly Float32Array[];
      try {
        embeddings = await this.embedder.embed(waiting.map((artifact) => embeddingText(artifact.path, artifact)));
      } catch (error) {
        if (!(error instanceof EmbedderFailed)) throw error;
        this.log.warn({ err: error }, 'artifacts wait for their embeddings');
        return;
      }
      await this.database.inTransaction(async (tx) => {
        for (const projectId of [...new Set(waiting.map((artifact) => artifact.projectId))].sort()) {
          await this.artifacts.lock(tx, projectId);
          await this.artifacts.changed(tx, projectId);
        }
        await this.artifacts.embedded(tx, waiting.flatMap(({ id }, place) => (embeddings[place] === undefined ? [] : [{ id, embedding: embeddings[place] }])), this.embedder.id);
      });
    }
  }

  private async replace(tx: Tx, projectId: string, { path, artifacts }: HandedIn): Promise<void> {
    const known = await this.artifacts.known(tx, projectId, path, this.embedder.id);
    const byContent = new Map<string, string[]>();
    for (const { id, content } of known) byContent.set(content, [...(byContent.get(content) ?? []), id]);
    const kept: { id: string; line: number; endLine: number; exported: boolean }[] = [];
    const fresh: (ArtifactDraft & { readonly content: string })[] = [];
    for (const artifact of artifacts) {
      const content = contentOf(artifact);
      const id = byContent.get(content)?.shift();
      if (id === undefined) fresh.push({ ...artifact, content });
      else kept.push({ id, line: artifact.line, endLine: artifact.endLine, exported: artifact.exported });
    }
    await this.artifacts.keep(tx, projectId, path, kept);
    const embeddings = this.embedder.local ? await this.embedder.embed(fresh.map((artifact) => embeddingText(path, artifact))) : [];
    const made = fresh.map((artifact, place): NewArtifact => ({ ...artifact, id: newId(), words: searchWords(path, artifact), embedding: embeddings[place] ?? null }));
    await this.artifacts.insert(tx, projectId, path, made, this.embedder.id);
    await this.artifacts.stored(tx, projectId, path);
  }
}

/** What an artifact says, apart from where in its file it stands. */
function contentOf({ kind, name, container, signature, doc }: ArtifactDraft): string {
  return createHash('sha256').update(JSON.stringify([kind, name, container, signature, doc])).digest('base64url');
}
