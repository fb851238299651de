import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../rig/folders.js';
import type { Found } from '../lib/bench.js';
import { markdownTable, percent, percentile } from '../report.js';

/*
 * Search in one project among fifty, through the product's own repository and index, in an embedded database. The two packages are loaded as
 * built: this bench measures a part that has no door of its own.
 */

const PROJECTS = 50;
const EACH = 400;
const QUESTIONS = 200;
const WARM_UP = 10;
/** Hits that search asks the index for, and those that count for recall. */
const CANDIDATES = 50;
const K = 10;

/** The goals, from RELIABILITY's figures of peers: recall, and time against looking at every embedding there is. */
const GOAL = { recall: 0.95, ratio: 1 / 5 } as const;

interface Artifact {
  readonly path: string;
  readonly kind: string;
  readonly name: string;
  readonly container: string;
  readonly signature: string;
  readonly doc: string;
}
interface Near {
  readonly id: string;
}
interface Scope {
  readonly projectId: string;
  readonly kind: undefined;
  readonly language: undefined;
  readonly framework: undefined;
}
type Search = (tx: unknown, scope: Scope, embedder: string, query: Float32Array, limit: number) => Promise<readonly Near[]>;
interface Opened {
  readonly database: { inTransaction<T>(work: (tx: unknown) => Promise<T>): Promise<T> };
  readonly dataSource: { query<R>(sql: string, parameters?: readonly unknown[]): Promise<R> };
  close(): Promise<void>;
}
interface Product {
  openDatabase(options: object): Promise<Opened>;
  readonly search: { readonly byIndex: Search; readonly byVector: Search };
  readonly index: { ensure(tx: unknown): Promise<void> };
  hashEmbedding(text: string): Float32Array;
  embeddingText(path: string, artifact: Artifact): string;
  parse(request: { readonly path: string; readonly language: string; readonly text: string }): Promise<object | undefined>;
  artifactsOf(path: string, facts: object): readonly Omit<Artifact, 'path'>[];
}

/** @returns the report, and whether the goals are met. */
export async function catalogRatios(): Promise<Found> {
  const product = await load();
  const artifacts = await corpus(product, PROJECTS * EACH);
  process.stderr.write(`${artifacts.length} declarations of installed packages\n`);
  const opened = await product.openDatabase({ location: { kind: 'memory' }, entities: [], migrationsDir: join(ROOT, 'studio/migrations'), onError: (error: unknown) => process.stderr.write(`${String(error)}\n`) });
  try {
    const projects = await fill(opened, product, artifacts);
    const from = performance.now();
    await opened.database.inTransaction((tx) => product.index.ensure(tx));
    await opened.dataSource.query('analyze artifacts');
    process.stderr.write(`index built in ${((performance.now() - from) / 1_000).toFixed(1)} s\n`);
    return await measure(opened, product, artifacts, projects);
  } finally {
    await opened.close();
  }
}

async function measure(opened: Opened, { search, hashEmbedding }: Product, artifacts: readonly Artifact[], projects: readonly string[]): Promise<Found> {
  const asked = questions(artifacts);
  const inTransaction = <T>(work: (tx: unknown) => Promise<T>): Promise<T> => opened.database.inTransaction(work);
  const times = { index: [] as number[], project: [] as number[], everything: [] as number[] };
  let [found, wanted, full] = [0, 0, 0];
  for (const [number, { project, text }] of asked.entries()) {
    const scope: Scope = { projectId: projects[project] ?? '', kind: undefined, language: undefined, framework: undefined };
    const query = hashEmbedding(text);
    const timed = async (into: number[], ask: () => Promise<readonly Near[]>): Promise<readonly Near[]> => {
      const from = performance.now();
      const near = await ask();
      if (number >= WARM_UP) into.push(performance.now() - from);
      return near;
    };
    const exact = await timed(times.project, () => inTransaction((tx) => search.byVector(tx, scope, 'hash-256-v1', query, CANDIDATES)));
    const near = await timed(times.index, () => inTransaction((tx) => search.byIndex(tx, scope, 'hash-256-v1', query, CANDIDATES)));
    await timed(times.everything, () => lookAtEverything(opened, scope, query));
    const ids = new Set(near.slice(0, K).map(({ id }) => id));
    found += exact.slice(0, K).filter(({ id }) => ids.has(id)).length;
    wanted += Math.min(K, exact.length);
    full += near.length === exact.length ? 1 : 0;
  }
  const recall = found / wanted;
  const p95 = { index: percentile(times.index, 0.95), project: percentile(times.project, 0.95), everything: percentile(times.everything, 0.95) };
  const used = Math.min(p95.index, p95.project);
  const row = (what: string, values: readonly number[]): string[] => [what, `${percentile(values, 0.5).toFixed(2)} ms`, `${percentile(values, 0.95).toFixed(2)} ms`, `${(percentile(values, 0.95) / p95.everything).toFixed(2)}`];
  const rows = [row('every embedding there is, filtered (reference)', times.everything), row(`every embedding of the project (the product's way below 3,000 of them)`, times.project), row(`pgvector's index, scanned on until ${CANDIDATES} pass the filter`, times.index)];
  const good = recall >= GOAL.recall && full === asked.length && used / p95.everything <= GOAL.ratio;
  const said = [
    `${artifacts.length} artifacts in ${PROJECTS} projects of ${EACH} (${percent(1 / PROJECTS)} each), ${asked.length} questions, embedded database (PGlite), embedder hash-256-v1.`,
    markdownTable(['who looks', 'p50', 'p95', 'p95 against the reference'], rows),
    `The index alone: recall@${K} ${recall.toFixed(3)} (goal ${GOAL.recall}); all ${CANDIDATES} hits in ${full} of ${asked.length} answers (goal: all). The faster of the product's two ways takes ${(used / p95.everything).toFixed(2)} of the reference at p95 (goal at most ${GOAL.ratio}). ${good ? 'Met.' : '**Missed.**'}`,
  ];
  return { rows: [], remarks: said, good };
}

/** What a database does that has no index for it: reads all rows, keeps those of the project, compares, sorts. */
async function lookAtEverything({ dataSource }: Opened, { projectId }: Scope, query: Float32Array): Promise<readonly Near[]> {
  await dataSource.query(`select set_config('enable_indexscan', 'off', false), set_config('enable_bitmapscan', 'off', false), set_config('enable_indexonlyscan', 'off', false)`);
  try {
    return await dataSource.query<readonly Near[]>(
      `select id from (select id, project_id, (embedding::vector(256) <=> $1::vector) as distance from artifacts offset 0) a where project_id = $2 order by distance limit ${CANDIDATES}`,
      [`[${[...query].join(',')}]`, projectId],
    );
  } finally {
    await dataSource.query(`select set_config('enable_indexscan', 'on', false), set_config('enable_bitmapscan', 'on', false), set_config('enable_indexonlyscan', 'on', false)`);
  }
}

/** Descriptions of declarations, a few of each project, asked of that project: what somebody would type who remembers what it is for. */
function questions(artifacts: readonly Artifact[]): readonly { readonly project: number; readonly text: string }[] {
  const described = artifacts.flatMap(({ doc }, place) => (doc.length > 30 ? [{ project: Math.floor(place / EACH), text: doc.split('\n')[0]?.slice(0, 120) ?? '' }] : []));
  const step = Math.max(1, Math.floor(described.length / QUESTIONS));
  return described.filter((_each, place) => place % step === 0).slice(0, QUESTIONS);
}

async function fill({ dataSource }: Opened, { hashEmbedding, embeddingText }: Product, artifacts: readonly Artifact[]): Promise<readonly string[]> {
  const [workspace] = await dataSource.query<{ id: string }[]>(`insert into workspaces (id, slug, name) values (gen_random_uuid(), 'bench', 'Bench') returning id`);
  const made = await dataSource.query<{ id: string }[]>(
    `insert into projects (id, workspace_id, key, name, provider, normalized_remote, remote, base_branch, policy)
     select gen_random_uuid(), $1, 'P' || n, 'P' || n, 'manual', 'manual:' || n, '{}', 'main', '{}' from generate_series(1, $2::int) n returning id`,
    [workspace?.id, PROJECTS],
  );
  const projects = made.map(({ id }) => id);
  for (const [number, project] of projects.entries()) {
    const own = artifacts.slice(number * EACH, (number + 1) * EACH);
    await dataSource.query(`insert into catalog_files (project_id, path, blob, fingerprint, language, seen_run, commit) values ($1, 'a', 'b', 'f', 'TypeScript', $1, 'c')`, [project]);
    const records = own.map((artifact) => ({ ...artifact, embedding: [...hashEmbedding(embeddingText(artifact.path, artifact))] }));
    await dataSource.query(
      `insert into artifacts (id, project_id, path, kind, name, container, signature, doc, line, end_line, exported, content, search, embedding, embedder)
       select gen_random_uuid(), $1, 'a', n.kind, n.name, n.container, n.signature, n.doc, 1, 1, true, '', '', n.embedding, 'hash-256-v1'
         from jsonb_to_recordset($2::jsonb) as n (kind text, name text, container text, signature text, doc text, embedding real[])`,
      [project, JSON.stringify(records)],
    );
  }
  return projects;
}

/** Declarations of installed packages in the order of their files, so that a project is a few packages and not a mixture of all. */
async function corpus({ parse, artifactsOf }: Product, most: number): Promise<readonly Artifact[]> {
  const root = join(ROOT, 'node_modules');
  const found: Artifact[] = [];
  const seen = new Set<string>();
  for (const file of (await readdir(root, { recursive: true })).sort()) {
    if (found.length >= most) break;
    if (!/\.(d\.ts|ts|js|mjs)$/.test(file) || /\.min\.|locale|\/(test|tests|fixtures)\//.test(file)) continue;
    const text = await readFile(join(root, file), 'utf8').catch(() => '');
    if (text.length < 200 || text.length > 200_000 || seen.has(text)) continue;
    seen.add(text);
    const facts = await parse({ path: file, language: file.endsWith('ts') ? 'TypeScript' : 'JavaScript', text });
    if (facts === undefined) continue;
    for (const artifact of artifactsOf(file, facts).slice(0, 40)) found.push({ ...artifact, path: file, doc: artifact.doc.replaceAll('\u0000', '').replace(/\p{Cs}/gu, ''), signature: artifact.signature.replaceAll('\u0000', '').replace(/\p{Cs}/gu, '') });
  }
  return found.slice(0, most);
}

async function load(): Promise<Product> {
  const of = async (path: string): Promise<Record<string, never>> => (await import(pathToFileURL(join(ROOT, path)).href)) as Record<string, never>;
  const catalog = 'studio/dist/features/catalog';
  const [database, { SearchRepository }, { VectorIndexRepository }, { hashEmbedding }, { embeddingText }, { FileParser }, { artifactsOf }] = await Promise.all([
    of('studio/dist/platform/database/index.js'), of(`${catalog}/store/search.repository.js`), of(`${catalog}/store/vector-index.repository.js`), of(`${catalog}/domain/hash-embedding.js`),
    of(`${catalog}/domain/artifact-text.js`), of('daemon/dist/features/analysis/parsers/parse-file.js'), of('daemon/dist/features/analysis/domain/artifacts.js'),
  ]);
  const parser = new (FileParser as unknown as new () => { parse: Product['parse'] })();
  return {
    openDatabase: (database as unknown as Pick<Product, 'openDatabase'>).openDatabase,
    search: new (SearchRepository as unknown as new () => Product['search'])(),
    index: new (VectorIndexRepository as unknown as new () => Product['index'])(),
    hashEmbedding: hashEmbedding as unknown as Product['hashEmbedding'],
    embeddingText: embeddingText as unknown as Product['embeddingText'],
    parse: (request) => parser.parse(request),
    artifactsOf: artifactsOf as unknown as Product['artifactsOf'],
  };
}
