import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnalysisView, KnowledgeAnswer, ProjectView } from '@maestro/protocol';
import type { Api } from '../../rig/api.js';
import { Machine } from '../../rig/machine.js';
import { ensureWorkspace, invite, signInAsOwner } from '../../rig/owner.js';
import { StudioProcess } from '../../rig/studio.js';
import { FOREIGN } from './foreign.js';
import type { Fact, ForeignRepository, Question } from './foreign.js';
import { repositoryOf } from './sources.js';
import type { Found } from '../lib/bench.js';
import { markdownTable, percent } from '../report.js';

const RANKINGS = ['full_text', 'vector', 'fused'] as const;
type Ranking = (typeof RANKINGS)[number];

/** Hits that are looked at; a file counts once however many of its declarations are among them. */
const K = 10;
/** Counted lines and edges may differ by this share: who reads and who greps do not agree about every last line. */
const TOLERANCE = 0.02;

interface Site {
  readonly api: Api;
  readonly workspace: string;
  readonly machine: Machine;
  readonly folder: string;
}

/** What `maestro analyze` finds in repositories that nobody here wrote, against what is there. Answers with the report, and whether all of it was found. */
export async function foreignRepositories(): Promise<Found> {
  const folder = await mkdtemp(join(tmpdir(), 'maestro-bench-'));
  const studio = await StudioProcess.start({ dataDir: join(folder, 'studio'), port: 0, logFile: join(folder, 'studio.log'), env: { MAESTRO_LOG_LEVEL: 'warn', MAESTRO_SWEEP_SECONDS: '0.5' } });
  try {
    const api = await signInAsOwner(studio.url, folder);
    const workspace = await ensureWorkspace(api, 'bench', 'Bench');
    const home = join(folder, 'machine');
    const machine = new Machine({ home, logFile: join(folder, 'machine.log'), secretKey: 'a key of the bench, worth nothing', env: { MAESTRO_REHEARSAL: join(home, 'script.json'), HOME: join(folder, 'home') } });
    await mkdir(join(folder, 'home'));
    // An agent without words: only what is found out without one is compared.
    await machine.file('script.json', JSON.stringify({ 'maestro-rehearsal': 1, tasks: {}, project: {} }));
    await machine.auth(await invite(api, workspace, 'architect'));
    try {
      return await lookAtAll({ api, workspace, machine, folder });
    } finally {
      await machine.stop();
    }
  } finally {
    await studio.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function lookAtAll(site: Site): Promise<Found> {
  const parts: string[] = [];
  const answered: Answered[] = [];
  let missing = 0;
  for (const [index, foreign] of FOREIGN.entries()) {
    const looked = await lookAt(site, foreign, `B${index + 1}`);
    parts.push(looked.report);
    answered.push(...looked.answered);
    missing += looked.missing;
  }
  const quality = RANKINGS.map((ranking) => [ranking, ...FOREIGN.map(({ name }) => recallOf(answered.filter(({ repository }) => repository === name), ranking)), recallOf(answered, ranking)]);
  const table = markdownTable(['ranking', ...FOREIGN.map(({ name, questions }) => `${name}, ${questions.length} questions`), `all ${answered.length}`], quality);
  const misses = answered.filter(({ found }) => !found.fused).map(({ repository, ask, files }) => `- ${repository}: “${ask}” (${files.join(', ')})`);
  return {
    rows: [],
    remarks: [...parts, `### Search: recall@${K}`, `A question counts as answered when one of the files that answer it is among the first ${K} hits. The embedder is the built-in one, which compares words and parts of words.`, table, `Not among the first ${K} of the fused ranking:\n\n${misses.join('\n') || '- none'}`],
    good: missing === 0,
  };
}

async function lookAt(site: Site, foreign: ForeignRepository, key: string): Promise<{ readonly report: string; readonly answered: readonly Answered[]; readonly missing: number }> {
  const { api, workspace, machine, folder } = site;
  process.stderr.write(`${foreign.name}: sources, analysis, ${foreign.questions.length} questions\n`);
  const remote = await repositoryOf(foreign.source, join(folder, key));
  const project = await api.post<ProjectView>(`/workspaces/${workspace}/projects`, { key, name: foreign.name, provider: 'manual', remote, baseBranch: 'main' });
  await machine.connect(folder, ['--project', key, '--agent', 'rehearsal']);
  const times: number[] = [];
  let view: AnalysisView | undefined;
  for (const round of ['first', 'again']) {
    const from = performance.now();
    const { code, stdout } = await machine.maestro(['analyze', '--project', key, '--json']);
    if (code !== 0) throw new Error(`the ${round} analysis of ${foreign.name} ended with ${code}: ${stdout.slice(0, 2_000)}`);
    times.push(performance.now() - from);
    view = JSON.parse(stdout) as AnalysisView;
  }
  const report = view?.report;
  if (report === null || report === undefined) throw new Error(`the analysis of ${foreign.name} has no report`);
  const search = (query: string, ranking: Ranking, limit: number): Promise<KnowledgeAnswer> => api.get<KnowledgeAnswer>(`/projects/${project.id}/knowledge?q=${encodeURIComponent(query)}&ranking=${ranking}&limit=${limit}`);
  const rows: string[][] = [];
  for (const fact of foreign.facts) rows.push(await compare(fact, report, (name) => search(name, 'full_text', 50)));
  const answered: Answered[] = [];
  for (const question of foreign.questions) answered.push(await ask(foreign.name, question, (query, ranking) => search(query, ranking, K)));
  const seconds = times.map((time) => `${(time / 1_000).toFixed(1)} s`);
  const head = `${report.files} files, ${report.artifacts} artifacts; first analysis ${seconds[0] ?? ''}, again ${seconds[1] ?? ''}, as a user waits for it.`;
  return { report: [`### ${foreign.name}`, head, markdownTable(['what', 'there', 'found', ''], rows)].join('\n\n'), answered, missing: rows.filter((row) => row[3] !== 'yes').length };
}

/** One row: what is there, what was found, and whether it is the same. */
async function compare(fact: Fact, report: NonNullable<AnalysisView['report']>, search: (name: string) => Promise<KnowledgeAnswer>): Promise<string[]> {
  const near = (found: number, there: number): boolean => Math.abs(found - there) <= there * TOLERANCE;
  const row = (what: string, there: string, found: string, same: boolean): string[] => [what, there, found, same ? 'yes' : '**no**'];
  switch (fact.what) {
    case 'language': {
      const found = report.languages.find(({ name }) => name === fact.name);
      return row(fact.name, `${fact.files} files, ${fact.lines} lines`, found === undefined ? 'nothing' : `${found.files} files, ${found.lines} lines`, found !== undefined && found.files === fact.files && near(found.lines, fact.lines));
    }
    case 'package': {
      const found = report.packages.filter(({ name, manager }) => name === fact.name && manager === fact.manager);
      return row('package', `${fact.name}, ${fact.manager}, ${fact.dependencies} dependencies`, found.map(({ name, dependencies, path }) => `${name} in ${path}, ${dependencies} dependencies`).join('; ') || 'nothing', found.some(({ dependencies }) => dependencies === fact.dependencies));
    }
    case 'command':
    case 'framework':
    case 'entry': {
      const lists = { command: report.commands.map(({ name }) => name), framework: report.frameworks.map(({ name }) => name), entry: report.entryPoints.map(({ path }) => path) };
      const isThere = lists[fact.what].includes(fact.name);
      return row(fact.what, fact.name, isThere ? fact.name : 'nothing', isThere);
    }
    case 'imports': {
      const { edges, hubs, unresolvedCount } = report.graph;
      const [hub] = hubs;
      const same = near(edges, fact.edges) && hub?.path === fact.hub && near(hub.count, fact.hubCount) && unresolvedCount === fact.unresolved;
      return row('imports', `${fact.edges}, most of ${fact.hub} (${fact.hubCount}), ${fact.unresolved} lead nowhere`, `${edges}, most of ${hub?.path ?? 'none'} (${hub?.count ?? 0}), ${unresolvedCount} lead nowhere`, same);
    }
    case 'symbol': {
      const { data } = await search(fact.name);
      const found = data.find(({ name, path, line, container }) => name === fact.name && path === fact.path && line === fact.line && container === fact.container);
      const called = fact.container === '' ? fact.name : `${fact.container}.${fact.name}`;
      return row('declaration', `${called} at ${fact.path}:${fact.line}`, found === undefined ? 'nothing' : `${found.kind} at ${found.path}:${found.line}`, found !== undefined);
    }
  }
}

interface Answered {
  readonly repository: string;
  readonly ask: string;
  readonly files: readonly string[];
  readonly found: Readonly<Record<Ranking, boolean>>;
}

async function ask(repository: string, [question, files]: Question, search: (query: string, ranking: Ranking) => Promise<KnowledgeAnswer>): Promise<Answered> {
  const found: Record<Ranking, boolean> = { full_text: false, vector: false, fused: false };
  for (const ranking of RANKINGS) found[ranking] = (await search(question, ranking)).data.some(({ path }) => files.includes(path));
  return { repository, ask: question, files, found };
}

function recallOf(answered: readonly Answered[], ranking: Ranking): string {
  const found = answered.filter((each) => each.found[ranking]).length;
  return `${percent(found / answered.length)} (${found} of ${answered.length})`;
}
