import type { AnalysisView, CreatedInvite, MemberView, SignInLink } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { writes } from '../e2e/harness/index.js';
import type { Scene } from '../e2e/harness/index.js';
import { Api } from '../rig/api.js';
import { browserStage, everyLook, seen } from './harness/index.js';

const FILES: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ name: 'shop', version: '1.2.3', main: 'src/main.ts', scripts: { test: 'vitest run', build: 'tsc -b' }, dependencies: { express: '5.1.0' }, devDependencies: { vitest: '4.0.0' } }),
  'src/main.ts': "import express from 'express';\nimport { totalOf } from './cart/total.js';\nimport { parseDay } from './day.js';\nexpress().get('/', () => totalOf({ items: [] }) + parseDay('2026-01-01').getTime());\n",
  'src/cart/total.ts': '/** The sum of a cart, in cents, without what was taken out again. */\nexport function totalOf(cart: Cart): number {\n  return cart.items.reduce((sum, { price }) => sum + price, 0);\n}\n\nexport interface Cart {\n  readonly items: readonly { readonly price: number }[];\n}\n',
  'src/day.ts': '/** Reads a day such as 2026-02-28 from text. */\nexport function parseDay(text: string): Date {\n  return new Date(`${text}T00:00:00Z`);\n}\n',
  'tools/report.py': '"""Writes the monthly report."""\nimport sys\n\n\ndef write_report(rows):\n    """Writes rows as lines of text."""\n    for row in rows:\n        sys.stdout.write(f"{row}\\n")\n',
};

describe('the knowledge page', () => {
  const { visit, site, scene } = browserStage();

  it('leads from a repository that was never analysed to its catalog', async () => {
    const shop = scene();
    await shop.begin({ files: FILES, machines: [] });
    const page = await visit({ to: `/knowledge?project=${shop.key}` });
    await page.getByRole('heading', { name: 'This repository was never analysed' }).waitFor();
    await expect.poll(() => page.getByText('maestro analyze').count()).toBe(1);
    await everyLook(page, 'knowledge-never');

    // Nobody is there to take it: it waits, and says for what.
    await page.getByRole('button', { name: 'Analyse now' }).click();
    await seen(page.getByText('No machine has taken it yet.'));
    await everyLook(page, 'knowledge-waiting');
    await shop.connect(await site().machine());
    await seen(page.getByText('Analysed', { exact: true }));
    await seen(page.getByText(/^5 files, \d+ artifacts at/));

    await page.getByLabel('Search the catalog').fill('sum of the cart');
    const hits = page.getByRole('listitem').filter({ has: page.getByRole('heading', { level: 2 }) });
    await seen(hits.first().getByText('totalOf', { exact: true }));
    await expect.poll(() => hits.first().textContent()).toMatch(/src\/cart\/total\.ts:2–4/);
    await expect.poll(() => hits.first().textContent()).toMatch(/by text and vector/);
    await everyLook(page, 'knowledge-search');
    await page.getByLabel('Only this language').selectOption('Python');
    await hits.filter({ hasText: 'totalOf' }).waitFor({ state: 'detached' });
    await expect.poll(() => new URL(page.url()).search).toBe(`?project=${shop.key}&q=sum+of+the+cart&language=Python`);
    await page.reload();
    await expect.poll(() => page.getByLabel('Search the catalog').inputValue()).toBe('sum of the cart');
    await expect.poll(() => page.getByLabel('Only this language').inputValue()).toBe('Python');
    await page.getByLabel('Only this language').selectOption('');
    await hits.filter({ hasText: 'totalOf' }).first().waitFor();
    await page.getByRole('heading', { name: 'Knowledge' }).click();
    await page.keyboard.press('/');
    await page.keyboard.type('reads a day');
    await seen(hits.first().getByText('parseDay', { exact: true }));
    await page.getByLabel('Only this kind').selectOption('component');
    await seen(page.getByText('Nothing found'));
    await everyLook(page, 'knowledge-nothing');
  });

  it('shows context files, their versions and what changed, and finds what came with the next analysis', async () => {
    const shop = scene();
    await shop.begin({ files: FILES });
    await analyse(shop);
    const page = await visit({ to: `/knowledge?project=${shop.key}&show=context` });
    await seen(page.getByText('TypeScript: 3 files'));
    await page.getByRole('link', { name: /^workflow/ }).click();
    await seen(page.getByText('test: '));
    await page.getByRole('link', { name: /^codebase/ }).click();
    await shop.origin.commit('main', { 'src/money.ts': '/** Cents as people write them. */\nexport function inWords(cents: number): string {\n  return (cents / 100).toFixed(2);\n}\n' });
    await page.getByRole('button', { name: 'Analyse again' }).click();
    await page.getByRole('link', { name: 'Version 2' }).waitFor();
    await everyLook(page, 'context-file');
    await page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'Version 2' }) }).getByRole('link', { name: 'What changed' }).click();
    await seen(page.getByText('From version 1 to 2'));
    await seen(page.getByText('TypeScript: 4 files'));
    await everyLook(page, 'context-diff');
    await page.goBack();
    await page.getByText('From version 1 to 2').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Version 1' }).click();
    await seen(page.getByText('TypeScript: 3 files'));

    await page.getByRole('tab', { name: 'What was found' }).click();
    await page.getByRole('heading', { name: 'Languages' }).waitFor();
    await everyLook(page, 'knowledge-found');
    await page.getByRole('tab', { name: /^Catalog/ }).click();
    await page.getByLabel('Search the catalog').fill('cents in words');
    await seen(page.getByText('inWords', { exact: true }));
  });

  it('says so as soon as the base branch has moved on, and marks what may have changed', async () => {
    const shop = scene();
    await shop.begin({ files: FILES });
    await analyse(shop);
    const page = await visit({ to: `/knowledge?project=${shop.key}&q=sum+of+a+cart` });
    await seen(page.getByText('totalOf', { exact: true }));
    await expect.poll(() => page.getByText('stale', { exact: true }).count()).toBe(0);
    const plan = await shop.activePlan({ sum: { script: writes('src/sum.txt') } });
    await plan.reaches('sum', 'done');
    await plan.releases();
    await seen(page.getByText('The base branch has moved on since the analysis.'));
    await seen(page.getByText('stale', { exact: true }));
    await everyLook(page, 'knowledge-stale');
    await page.getByRole('button', { name: 'Analyse again' }).click();
    await page.getByText('stale', { exact: true }).first().waitFor({ state: 'detached' });
  });

  it('shows somebody who only looks on what is known, and nothing to press', async () => {
    const shop = scene();
    await shop.begin({ files: FILES });
    const page = await visit({ as: null, to: await linkOfViewer('Vera') });
    await page.getByRole('button', { name: 'Account of Vera' }).waitFor();
    await page.goto(`/knowledge?project=${shop.key}`);
    await page.getByRole('heading', { name: 'This repository was never analysed' }).waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Analyse now' }).count()).toBe(0);
    await analyse(shop);
    await seen(page.getByText('Analysed', { exact: true }));
    await expect.poll(() => page.getByRole('button', { name: 'Analyse again' }).count()).toBe(0);
  });

  /** A link that signs in somebody who may only look on. */
  async function linkOfViewer(name: string): Promise<string> {
    const { api, workspace, url } = site();
    const { token } = await api.post<CreatedInvite>(`/workspaces/${workspace}/invites`, { role: 'viewer' });
    await new Api(url).post('/auth/redeem', { token, name });
    const { data } = await api.get<{ data: MemberView[] }>(`/workspaces/${workspace}/members?limit=200`);
    return (await api.post<SignInLink>('/auth/links', { userId: data.find((member) => member.name === name)?.userId })).url;
  }

  async function analyse(shop: Scene): Promise<void> {
    await shop.api.post(`/projects/${shop.project.id}/analysis`);
    await shop.until('the analysis', async () => (await shop.api.get<AnalysisView>(`/projects/${shop.project.id}/analysis`)).status === 'done');
  }
});
