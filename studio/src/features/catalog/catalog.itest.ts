import { METHODS } from '@maestro/protocol';
import type { AnalysisView, ArtifactDraft, ContextFileDiff, ContextFileView, KnowledgeAnswer, RepositoryReport, RunOutcome } from '@maestro/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { Database } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { describeStudioOnBoth } from '../../test-support/index.js';
import { crashed, oid } from '../../test-support/fake-daemon.js';
import type { FakeDaemon, Work } from '../../test-support/fake-daemon.js';
import { Setting } from '../../test-support/setting.js';
import { hashEmbedding } from './domain/hash-embedding.js';
import { SearchService } from './search.service.js';
import { SearchRepository } from './store/search.repository.js';

const REPORT: RepositoryReport = {
  files: 3, skipped: [], languages: [{ name: 'TypeScript', files: 3, lines: 90 }], frameworks: [], packages: [], commands: [], entryPoints: [], artifacts: 4, churn: [], churnCommits: 1,
  graph: { files: 3, edges: 0, external: 0, unresolved: [], unresolvedCount: 0, hubs: [], cycles: [], packages: [] },
};
const artifact = (name: string, doc = '', more: Partial<ArtifactDraft> = {}): ArtifactDraft => ({ kind: 'function', name, container: '', signature: `function ${name}()`, doc, line: 1, endLine: 3, exported: true, ...more });

interface SourceFile {
  readonly path: string;
  readonly fingerprint: string;
  readonly artifacts: readonly ArtifactDraft[];
  readonly language?: string;
  readonly frameworks?: readonly string[];
}
const CART: SourceFile = { path: 'src/cart.ts', fingerprint: 'c1', artifacts: [artifact('totalOf', 'The sum of a cart.'), artifact('emptyCart', 'Removes all items.')] };
const DATE: SourceFile = { path: 'src/date.ts', fingerprint: 'd1', artifacts: [artifact('parseDate', 'Reads a day from text.')] };
const VIEW: SourceFile = { path: 'web/view.tsx', fingerprint: 'v1', frameworks: ['React'], artifacts: [artifact('CartView', 'Shows the cart.', { kind: 'component' })] };
const PY: SourceFile = { path: 'tools/cart.py', fingerprint: 'p1', language: 'Python', artifacts: [artifact('total_of', 'Sum of the cart.')] };
/** What each question was answered with on the database that the suite ran on first. */
const ANSWERED = new Map<string, readonly (readonly unknown[])[]>();
const WORDS = ['Cart', 'Order', 'User', 'Item', 'Price', 'Date', 'Invoice', 'Stock'];

describeStudioOnBoth('The catalog', (studio) => {
  let at: Setting;
  let daemon: FakeDaemon;
  afterEach(() => at.close());

  async function setting(): Promise<void> {
    at = await Setting.draft(studio);
    daemon = await at.daemon();
  }
  const url = (rest: string) => `projects/${at.project.id}/${rest}`;
  const start = () => at.owner.client.post<AnalysisView & { readonly code?: string }>(url('analysis'), {});
  const analysis = async () => (await at.owner.client.get<AnalysisView>(url('analysis'))).body;
  const knowledge = async (query: string) => (await at.owner.client.get<KnowledgeAnswer>(url(`knowledge?${query}`))).body;
  const names = async (query: string) => (await knowledge(query)).data.map(({ name }) => name);

  const announce = ({ run, epoch }: Work, commit: string, files: readonly SourceFile[]) =>
    daemon.calls.request(METHODS.catalogManifest, {
      opId: newId() as never, run: run as never, epoch, commit,
      files: files.map(({ path, fingerprint, language = 'TypeScript', frameworks = [] }) => ({ path, blob: oid(), fingerprint, language, frameworks: [...frameworks] })),
    });
  const upload = ({ run, epoch }: Work, files: readonly SourceFile[]) =>
    daemon.calls.request(METHODS.catalogUpload, { opId: newId() as never, run: run as never, epoch, files: files.map(({ path, fingerprint, artifacts }) => ({ path, fingerprint, artifacts: [...artifacts] })) });
  const analysed = (commit: string, files: number, text = 'First.'): RunOutcome => ({ kind: 'analysed', commit, files, report: REPORT, context: [{ name: 'codebase', text }] });

  /** A whole analysis of these files. Answers with the paths that were wanted. */
  async function analyse(files: readonly SourceFile[], commit = oid(), text = 'First.'): Promise<readonly string[]> {
    expect((await start()).status).toBe(202);
    const work = await at.next(daemon, 'repo_analysis');
    const { wanted } = await announce(work, commit, files);
    const sent = files.filter(({ path }) => wanted.includes(path));
    if (sent.length > 0) await upload(work, sent);
    expect(await daemon.finish(work, analysed(commit, files.length, text))).toEqual({ counted: 'counted' });
    return wanted;
  }

  describe('an analysis', () => {
    it('is asked for, offered, done, and found again; nothing of it needs a plan', async () => {
      await setting();
      expect((await at.owner.client.get(url('analysis'))).status).toBe(404);
      const asked = await start();
      expect(asked).toMatchObject({ status: 202, body: { status: 'waiting', run: null } });
      expect((await start()).body.id).toBe(asked.body.id);
      const work = await at.next(daemon, 'repo_analysis');
      expect(work.packet).toMatchObject({ purpose: 'repo_analysis', project: { key: at.project.key } });
      expect(work.packet.plan).toBeUndefined();
      expect(await analysis()).toMatchObject({ status: 'running', run: work.run });
      const commit = oid();
      expect((await announce(work, commit, [CART, DATE])).wanted).toEqual([CART.path, DATE.path]);
      expect(await upload(work, [CART, DATE])).toEqual({ stored: 3 });
      expect(await daemon.finish(work, analysed(commit, 2))).toEqual({ counted: 'counted' });
      expect(await analysis()).toMatchObject({ status: 'done', commit, run: work.run, report: { artifacts: 4 } });
      const found = await knowledge('q=sum of a cart');
      expect(found).toMatchObject({ ranking: 'fused', embedder: 'hash-256-v1', commit, behind: false, artifacts: 3 });
      expect(found.data[0]).toMatchObject({ name: 'totalOf', path: CART.path, commit, stale: false, language: 'TypeScript', foundBy: 'both' });
      expect(found.data[0]?.similarity).toBeGreaterThan(0.3);
      const kinds = await studio.query<{ kind: string }>(`select kind from events where project_id = $1 and kind in ('analysis/status', 'context-file/updated') order by txid, seq`, [at.project.id]);
      expect(kinds.map(({ kind }) => kind)).toEqual(['analysis/status', 'context-file/updated', 'analysis/status']);
    });

    it('is incremental: only what changed is wanted, what went is gone, and unchanged words keep their id', async () => {
      await setting();
      await analyse([CART, DATE, VIEW]);
      const before = (await knowledge('q=empty cart')).data.find(({ name }) => name === 'emptyCart');
      const changed = { ...CART, fingerprint: 'c2', artifacts: [artifact('emptyCart', 'Removes all items.', { line: 40, endLine: 44 })] };
      const commit = oid();
      expect(await analyse([changed, VIEW], commit)).toEqual([CART.path]);
      const after = (await knowledge('q=empty cart')).data.find(({ name }) => name === 'emptyCart');
      expect(after).toMatchObject({ id: before?.id, line: 40, commit });
      expect(await names('q=parse a date')).not.toContain('parseDate');
      expect((await knowledge('q=view')).data.find(({ name }) => name === 'CartView')).toMatchObject({ commit });
      expect(await analyse([changed, VIEW])).toEqual([]);
    });

    it('marks a hit stale between the announcement of another content and its arrival, and when the base has moved on', async () => {
      await setting();
      await analyse([CART, DATE]);
      await start();
      const work = await at.next(daemon, 'repo_analysis');
      await announce(work, oid(), [{ ...CART, fingerprint: 'c2' }, DATE]);
      expect(Object.fromEntries((await knowledge('q=total of cart, parse date')).data.map(({ name, stale }) => [name, stale]))).toEqual({ totalOf: true, emptyCart: true, parseDate: false });
      // It ends without them: nothing is taken away on its word.
      await daemon.finish(work, analysed(oid(), 2));
      expect(await analysis()).toMatchObject({ status: 'failed', sentence: expect.stringContaining('2 were announced and the artifacts of 1 arrived') as string });
      expect(await names('q=total')).toContain('totalOf');
      await analyse([CART, DATE]);
      await studio.query(`update catalogs set base_tip = $2 where project_id = $1`, [at.project.id, oid()]);
      const behind = await knowledge('q=total');
      expect(behind.behind).toBe(true);
      expect(behind.data[0]).toMatchObject({ name: 'totalOf', stale: true });
    });

    it('takes parts of the run that holds it alone, of what was announced alone, and the same part twice', async () => {
      await setting();
      await start();
      const work = await at.next(daemon, 'repo_analysis');
      await announce(work, oid(), [CART]);
      await expect(upload({ ...work, epoch: 9 }, [CART])).rejects.toMatchObject({ code: 'stale_epoch' });
      await expect(upload(work, [DATE])).rejects.toMatchObject({ code: 'refused' });
      await expect(upload(work, [{ ...CART, fingerprint: 'other' }])).rejects.toMatchObject({ code: 'refused' });
      expect([await upload(work, [CART]), await upload(work, [CART])]).toEqual([{ stored: 2 }, { stored: 2 }]);
      expect(await studio.query('select count(*)::int as count from artifacts')).toEqual([{ count: 2 }]);
    });

    it('is tried again after a failure, and ends when the attempts are used up or a person cancels its run', async () => {
      await setting();
      await start();
      for (const attempt of [1, 2, 3]) {
        const work = await at.next(daemon, 'repo_analysis');
        expect(work.packet.attempt).toBe(attempt);
        await daemon.finish(work, crashed);
      }
      expect(await analysis()).toMatchObject({ status: 'failed', sentence: 'The agent crashed.' });
      await start();
      const work = await at.next(daemon, 'repo_analysis');
      expect((await at.owner.client.post(`runs/${work.run}/cancel`, {})).status).toBe(200);
      await at.dispatch();
      expect(await analysis()).toMatchObject({ status: 'failed', sentence: 'Its run was cancelled.' });
      expect(await daemon.offers()).toEqual([]);
    });

    it('makes a version of a context file only when its text changed, and shows what', async () => {
      await setting();
      await analyse([CART], oid(), 'One.\nTwo.');
      await analyse([CART], oid(), 'One.\nTwo.');
      await analyse([CART], oid(), 'One.\nThree.');
      const get = async <T>(rest: string) => (await at.owner.client.get<T>(url(`context-files${rest}`))).body;
      expect(await get<ContextFileView[]>('')).toMatchObject([{ name: 'codebase', version: 2 }]);
      expect((await get<ContextFileView[]>('/codebase/versions')).map(({ version, text }) => [version, text])).toEqual([[2, undefined], [1, undefined]]);
      expect(await get<ContextFileView>('/codebase/versions/1')).toMatchObject({ version: 1, text: 'One.\nTwo.' });
      expect(await get<ContextFileView>('/codebase')).toMatchObject({ version: 2, text: 'One.\nThree.' });
      expect((await get<ContextFileDiff>('/codebase/diff?from=1&to=2')).lines).toEqual([{ change: 'same', text: 'One.' }, { change: 'removed', text: 'Two.' }, { change: 'added', text: 'Three.' }]);
      expect((await at.owner.client.get(url('context-files/notes'))).status).toBe(404);
      expect((await at.owner.client.get(url('context-files/codebase/diff?from=1&to=9'))).status).toBe(404);
    });
  });

  describe('search', () => {
    it('narrows by kind, language and framework, and answers a daemon for its own project', async () => {
      await setting();
      await analyse([CART, DATE, VIEW, PY]);
      expect(await names('q=cart&kind=component')).toEqual(['CartView']);
      expect(await names('q=cart&language=Python')).toEqual(['total_of']);
      expect(await names('q=cart&framework=React')).toEqual(['CartView']);
      const { answers } = await daemon.calls.request(METHODS.catalogSearch, { queries: [{ q: 'parse date', limit: 1 }, { q: 'cart', kind: 'component', limit: 8 }] });
      expect(answers.map(({ hits }) => hits.map(({ name }) => name))).toEqual([['parseDate'], ['CartView']]);
      expect((await at.owner.client.get(url("knowledge?q=' | ! & <-> :*"))).status).toBe(200);
    });

    it('puts what has the whole question for its name first, and asks one ranking alone when that is wanted', async () => {
      await setting();
      const long = artifact('Cart', `The cart. ${'It holds what is bought, and knows what that costs. '.repeat(12)}`, { kind: 'class', signature: 'class Cart' });
      const others = Array.from({ length: 60 }, (_, index) => artifact(`cart${WORDS[index % 8]}Cart${index}`, 'Cart.', { container: index === 59 ? 'Cart' : '' }));
      await analyse([{ path: 'src/all.ts', fingerprint: 'a1', artifacts: [...others, long] }]);
      expect((await names('q=cart'))[0]).toBe('Cart');
      expect((await names('q=Cart.cart' + String(WORDS[59 % 8]) + 'Cart59'))[0]).toBe(`cart${String(WORDS[59 % 8])}Cart59`);
      const by = async (ranking: string) => (await knowledge(`q=cart&ranking=${ranking}`)).data.map(({ foundBy }) => foundBy);
      expect(new Set(await by('full_text'))).toEqual(new Set(['text']));
      expect(new Set(await by('vector'))).toEqual(new Set(['vector']));
    });

    it('gives the same answers with and without pgvector, on both databases', async () => {
      await setting();
      await analyse([CART, DATE, VIEW, PY, ...Array.from({ length: 40 }, (_, index) => ({ path: `lib/f${index}.ts`, fingerprint: 'x', artifacts: [artifact(`load${WORDS[index % 8]}${WORDS[(index * 3) % 7]}`, `Loads the ${WORDS[index % 5]} of a ${WORDS[index % 6]}.`)] }))]);
      const search = studio.app.get(SearchService);
      const { settings } = search;
      const ask = async (q: string) => (await search.ask({ projectId: at.project.id, q, kind: undefined, language: undefined, framework: undefined, limit: 10 })).data.map(({ id, name, similarity, score }) => ({ id, name, similarity: similarity?.toFixed(4), score }));
      try {
        for (const q of ['load the cart', 'date of an order', 'CartView', 'sum', 'nothing like it', 'user item loads']) {
          search.settings = { ...settings, vectors: 'memory' };
          const inMemory = await ask(q);
          search.settings = settings;
          expect(await ask(q), q).toEqual(inMemory);
          // And the other database, where this suite runs on both: ids differ there, and decide between equal scores.
          const anywhere = inMemory.map(({ name, similarity, score }) => [score, name, similarity]).sort();
          expect(anywhere.map(String), `${q}, on every database`).toEqual((ANSWERED.get(q) ?? anywhere).map(String));
          ANSWERED.set(q, anywhere);
        }
        search.settings = { ...settings, exactBelow: 0 };
        for (const q of ['load the cart', 'user item loads']) expect((await ask(q)).map(({ name }) => name).sort(), `${q}, through the index`).toEqual((ANSWERED.get(q) ?? []).map(([, name]) => String(name)).sort());
      } finally {
        search.settings = settings;
      }
    });

    it('finds everything of a small project among many, whoever compares', async () => {
      await setting();
      await analyse([CART, DATE, VIEW, PY]);
      const search = studio.app.get(SearchService);
      await crowd(studio.query.bind(studio), at, 40, 25);
      const scope = { projectId: at.project.id, kind: undefined, language: undefined, framework: undefined };
      const near = await search.ask({ ...scope, q: 'sum of the cart', limit: 50 }, 'vector');
      expect(near.data.map(({ name }) => name).sort()).toEqual(['CartView', 'emptyCart', 'parseDate', 'totalOf', 'total_of']);
      if (search.settings.vectors !== 'index') return;
      // The index alone, without the exact way out: a thousand others lie nearer than four of these five.
      const found = await studio.app.get(Database).inTransaction((tx) => studio.app.get(SearchRepository).byIndex(tx, scope, 'hash-256-v1', hashEmbedding('sum of the cart'), 50));
      expect(found).toHaveLength(5);
    });
  });
});

/** Other projects whose artifacts lie nearer to the question than those that are looked for. */
async function crowd(query: (sql: string, parameters?: readonly unknown[]) => Promise<unknown>, { project, owner }: Setting, projects: number, each: number): Promise<void> {
  await query(
    `insert into projects (id, workspace_id, key, name, provider, normalized_remote, remote, base_branch, policy)
     select gen_random_uuid(), $1, 'P' || n, 'P' || n, 'manual', 'manual:' || n, '{}', 'main', (select policy from projects where id = $2) from generate_series(1, $3::int) n`,
    [owner.workspace.id, project.id, projects],
  );
  await query(`insert into catalog_files (project_id, path, blob, fingerprint, language, seen_run, commit) select id, 'a.ts', 'b', 'f', 'TypeScript', id, 'c' from projects where id <> $1`, [project.id]);
  await query(
    `insert into artifacts (id, project_id, path, kind, name, container, signature, doc, line, end_line, exported, content, search, embedding, embedder)
     select gen_random_uuid(), p.id, 'a.ts', 'function', 'f', '', '', '', 1, 1, true, '', '', (select array_agg(v + (random() * 0.02)::real order by n) from unnest(a.embedding) with ordinality as e (v, n) where s > 0), a.embedder
       from projects p, generate_series(1, $2::int) s, (select embedding, embedder from artifacts where project_id = $1 and name = 'totalOf') a where p.id <> $1`,
    [project.id, each],
  );
}
