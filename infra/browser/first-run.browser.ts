import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { Machine } from '../rig/machine.js';
import { git } from '../rig/sample/repository.js';
import { StudioProcess } from '../rig/studio.js';
import { launchChromium } from './harness/chromium.js';
import { WIDE, everyLook, seen } from './harness/index.js';

/** A studio that nobody has used, a repository, and a machine that was never connected. */
describe('the first run', () => {
  let folder = '';
  let studio: StudioProcess;
  let browser: Browser;
  let machine: Machine;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'maestro-first-'));
    [studio, browser] = await Promise.all([StudioProcess.start({ dataDir: join(folder, 'studio'), port: 0, logFile: join(folder, 'studio.log'), env: { HOME: folder } }), launchChromium()]);
    await git(folder, ['init', '-q', '-b', 'main', 'work']);
    await git(join(folder, 'work'), ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '-q', '--allow-empty', '-m', 'Begin']);
    await git(folder, ['clone', '-q', '--bare', 'work', 'shop.git']);
    machine = new Machine({ home: join(folder, 'machine'), logFile: join(folder, 'machine.log'), secretKey: 'a key of the browser suite, worth nothing', env: { HOME: folder } });
  });
  afterAll(async () => {
    await browser?.close();
    await machine?.stop();
    await studio?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('leads from the printed link to a machine that takes work', async () => {
    const context = await browser.newContext({ viewport: WIDE, baseURL: studio.url, reducedMotion: 'reduce' });
    const page = await context.newPage();
    expect(studio.ready.setupUrl).not.toBeNull();
    await page.goto(studio.ready.setupUrl ?? '');
    await page.getByLabel('Your name').fill('Ada');
    await page.getByLabel('Email').fill('ada@example.com');
    await page.getByLabel('Password').fill('short');
    await everyLook(page, 'first-run-owner');
    await page.getByLabel('Password').fill('a password of some length');
    await page.getByRole('button', { name: 'Make the account' }).click();

    await page.getByLabel('Name', { exact: true }).fill('Acme');
    await everyLook(page, 'first-run-workspace');
    await page.getByRole('button', { name: 'Make the workspace' }).click();

    await page.getByRole('heading', { name: 'Connect the first machine' }).waitFor();
    await page.getByRole('button', { name: 'New project' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Shop');
    await page.getByLabel('Repository').fill('not a repository');
    await page.getByRole('button', { name: 'Make the project' }).click();
    await seen(page.getByRole('dialog').getByText(/clone URL|absolute path|cannot be read|Name/));
    await everyLook(page, 'first-run-project');
    await page.getByLabel('Repository').fill(join(folder, 'shop.git'));
    await page.getByRole('button', { name: 'Make the project' }).click();
    await page.getByRole('heading', { name: 'Shop' }).waitFor();

    await page.getByRole('button', { name: 'Connect a machine' }).click();
    const dialog = page.getByRole('dialog', { name: 'Connect a machine to Shop' });
    await dialog.getByRole('button', { name: 'Show the command' }).click();
    const command = (await dialog.getByText(/^maestro auth /).textContent()) ?? '';
    await everyLook(page, 'first-run-connect');
    const signedIn = await machine.auth(command.replace('maestro auth ', '').trim());
    expect(signedIn.code, signedIn.stdout).toBe(0);
    await machine.connect(folder, ['--project', 'SHOP', '--name', 'desk']);
    await seen(dialog.getByText('desk is connected and takes work.'));
    await everyLook(page, 'first-run-connected');
    await page.keyboard.press('Escape');
    await seen(page.getByText('1 machine', { exact: true }));
    await context.close();
  });
});
