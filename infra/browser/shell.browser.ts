import { describe, expect, it } from 'vitest';
import { NARROW, browserStage, everyLook, seen } from './harness/index.js';

describe('the frame around every page', () => {
  const { visit, site } = browserStage();

  it('asks a stranger to sign in, and says what is wrong when that fails', async () => {
    const page = await visit({ as: null });
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await everyLook(page, 'sign-in');
    await page.getByLabel('Email').fill('nobody@example.com');
    await page.getByLabel('Password').fill('a wrong password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await expect.poll(() => page.getByLabel('Email').inputValue()).toBe('nobody@example.com');
  });

  it('goes back, forth and through a reload to the same place', async () => {
    const page = await visit();
    await page.getByRole('link', { name: 'Projects' }).waitFor();
    await page.goto('/nowhere');
    await page.getByRole('heading', { name: 'Nothing is at this address' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Projects', level: 1 }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Projects', level: 1 }).waitFor();
    await expect.poll(() => new URL(page.url()).pathname).toBe('/');
    expect(page.url().startsWith(site().url)).toBe(true);
  });

  it('shows what a workspace without projects needs', async () => {
    const page = await visit();
    await page.getByRole('heading', { name: 'Connect the first machine' }).waitFor();
    await everyLook(page, 'projects-empty');
  });

  it('goes anywhere by a few letters, and lists what can be typed', async () => {
    const page = await visit();
    await page.getByRole('heading', { name: 'Projects', level: 1 }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Go to a page, a plan or a task…').fill('memb');
    await everyLook(page, 'palette');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Members', level: 1 }).waitFor();
    await page.keyboard.press('?');
    await seen(page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Go to projects'));
    await everyLook(page, 'shortcuts');
    await page.keyboard.press('Escape');
    await page.keyboard.type('gp');
    await page.getByRole('heading', { name: 'Projects', level: 1 }).waitFor();
  });

  it('keeps the look that somebody chose', async () => {
    const page = await visit();
    const dark = (): Promise<boolean> => page.evaluate<boolean>('getComputedStyle(document.documentElement).colorScheme === "dark"');
    const open = (): Promise<void> => page.getByRole('button', { name: 'Account of Owner' }).filter({ visible: true }).click();
    await open();
    await everyLook(page, 'account');
    // A menu may close when its window changes size, as it did for the looks.
    await page.keyboard.press('Escape');
    await open();
    await page.getByRole('menuitem', { name: 'Dark' }).click();
    await expect.poll(() => dark()).toBe(true);
    await page.reload();
    await page.getByRole('heading', { name: 'Projects', level: 1 }).waitFor();
    await expect.poll(() => dark()).toBe(true);
  });

  it('is a bar at the bottom on a phone', async () => {
    const page = await visit({ size: NARROW });
    const bar = await page.getByRole('navigation', { name: 'Main' }).boundingBox();
    expect(bar?.width).toBe(NARROW.width);
    expect((bar?.y ?? 0) + (bar?.height ?? 0)).toBe(NARROW.height);
  });
});
