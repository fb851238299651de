import type { RepositoryReport } from '@maestro/protocol';
import type { TreeEntry, Vault } from '../vault/index.js';
import { artifactsOf } from './domain/artifacts.js';
import type { CatalogFile } from './domain/catalog-file.js';
import { contextFiles } from './domain/context-files.js';
import type { ContextText } from './domain/context-files.js';
import type { FileFacts } from './domain/facts.js';
import { frameworksOfImports } from './domain/frameworks.js';
import { importGraph, repositoryOf } from './domain/import-graph.js';
import type { ParsedFile } from './domain/import-graph.js';
import { languageOf, PARSED } from './domain/languages.js';
import { manifestKind } from './domain/manifest-facts.js';
import type { ManifestFacts } from './domain/manifest-facts.js';
import { reportOf } from './domain/report.js';
import { isBinary, isGenerated, LIMITS, selectFiles } from './domain/selection.js';
import type { Limits } from './domain/selection.js';
import { FACTS_VERSION } from './facts-cache.js';
import type { FactsCache } from './facts-cache.js';
import { readManifest } from './manifests.js';
import type { ParseRequest } from './parsers/parse-file.js';
import { clean, fitting, fittingReport } from './wire.js';

/** Whoever parses: see `ParserProcess`. */
export interface Parses {
  parse(request: ParseRequest): Promise<FileFacts | undefined>;
}

export interface AnalyseRequest {
  readonly vault: Pick<Vault, 'listTree' | 'readBlobs' | 'churn'>;
  readonly commit: string;
  /** The project's key, for the titles of context files. */
  readonly project: string;
  readonly parser: Parses;
  readonly cache: Pick<FactsCache, 'get' | 'save'>;
  readonly limits?: Limits;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, of: number) => void;
}

export interface Analysis {
  readonly commit: string;
  readonly files: readonly CatalogFile[];
  readonly report: RepositoryReport;
  readonly context: readonly ContextText[];
  /** Files that were parsed now; the others were known by their content. */
  readonly parsedNow: number;
}

/** More than any honest repository; git's listing is stopped there. */
const MOST_TREE_ENTRIES = 400_000;
const CHURN_COMMITS = 1_000;
const PROGRESS_EVERY = 200;

/** Reads a commit from the vault, nothing from a working copy, and runs nothing of it. @throws Error `analysis_tree_too_large`. */
export async function analyse(request: AnalyseRequest): Promise<Analysis> {
  const { vault, commit, project, limits = LIMITS } = request;
  const tree = await vault.listTree(commit, MOST_TREE_ENTRIES);
  if (tree === null) throw new Error(`analysis_tree_too_large: more than ${MOST_TREE_ENTRIES} files`);
  const { files: selected, skipped: left } = selectFiles(tree, limits);
  const skipped = new Map<string, number>(left);
  const reading = new Reading(request, skipped);
  await reading.readAll(selected);
  const churn = await vault.churn(commit, CHURN_COMMITS);
  const paths = tree.map(({ path }) => path);
  const graph = importGraph(reading.parsed, repositoryOf(paths, reading.parsed, reading.manifests));
  const files = reading.parsed.map(catalogFile);
  const report = clean(fittingReport(reportOf({
    tree: paths, skipped, read: reading.read, parsed: reading.parsed, manifests: reading.manifests, graph,
    artifacts: files.reduce((sum, { artifacts }) => sum + artifacts.length, 0),
    churn: churn.paths, churnCommits: churn.commits,
  })));
  await request.cache.save(reading.facts);
  return { commit, files, report, context: contextFiles(project, report), parsedNow: reading.parsedNow };
}

function catalogFile({ path, blob, language, facts }: ParsedFile): CatalogFile {
  return fitting(clean({ path, blob, fingerprint: `${blob}.${FACTS_VERSION}`, language, frameworks: frameworksOfImports(facts.imports).slice(0, 10), artifacts: artifactsOf(path, facts) }));
}

/** One pass over the contents. */
class Reading {
  readonly parsed: ParsedFile[] = [];
  readonly manifests: ManifestFacts[] = [];
  readonly read: { path: string; language: string; lines: number }[] = [];
  readonly facts = new Map<string, FileFacts | null>();
  parsedNow = 0;
  private done = 0;

  constructor(
    private readonly request: AnalyseRequest,
    private readonly skipped: Map<string, number>,
  ) {}

  async readAll(files: readonly TreeEntry[]): Promise<void> {
    const waiting = [...files];
    for await (const part of this.request.vault.readBlobs(files, this.request.signal)) {
      // A part holds the next files in order; one content may stand in several places.
      for (let file = waiting[0]; file !== undefined; file = waiting[0]) {
        const bytes = part.get(file.blob);
        if (bytes === undefined) break;
        waiting.shift();
        await this.readFile(file, bytes, files.length);
      }
    }
  }

  private async readFile(file: TreeEntry, bytes: Buffer, of: number): Promise<void> {
    this.request.signal?.throwIfAborted();
    this.done += 1;
    if (this.done % PROGRESS_EVERY === 0) this.request.onProgress?.(this.done, of);
    if (isBinary(bytes)) return this.skip('binary');
    const text = bytes.toString('utf8').replace(/^\ufeff/, '');
    const kind = manifestKind(file.path);
    if (kind !== undefined) this.manifests.push(readManifest(kind, file.path, text));
    const language = languageOf(file.path, text.slice(0, 2_000));
    if (isGenerated(file.path, text)) return this.skip('generated');
    if (language === undefined) return;
    this.read.push({ path: file.path, language, lines: countLines(text) });
    if (PARSED.has(language)) await this.parse(file, language, text);
  }

  private async parse({ path, blob }: TreeEntry, language: string, text: string): Promise<void> {
    // The dialect is told by the ending, so the same content under another one is another file.
    const key = `${blob}:${language}:${/\.[^./]+$/.exec(path)?.[0] ?? ''}`;
    let facts = this.facts.get(key) ?? this.request.cache.get(key);
    if (facts === undefined) {
      facts = (await this.request.parser.parse({ path, language, text })) ?? null;
      this.parsedNow += 1;
    }
    this.facts.set(key, facts);
    if (facts === null) return this.skip('could not be parsed');
    this.parsed.push({ path, blob, language, facts });
  }

  private skip(reason: string): void {
    this.skipped.set(reason, (this.skipped.get(reason) ?? 0) + 1);
  }
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return text === '' || text.endsWith('\n') ? lines : lines + 1;
}
