import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { NARROW, WIDE } from './browser-stage.js';

const THEMES = ['light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** The rules whose answer depends on colours. A theme changes nothing else, so all others are asked once per width. */
const RULES_OF_COLOUR = ['color-contrast', 'link-in-text-block'];

/** Fails on every violation that axe finds on the page as it stands. */
async function accessible(page: Page, theme: Theme, what: string): Promise<void> {
  // Legacy: without a second page in which the findings of frames are put together. There are no frames, and it takes as long as the rules.
  const builder = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (theme === 'light' ? builder.withTags(RULES) : builder.withRules(RULES_OF_COLOUR)).analyze();
  const found = violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${help}\n  ${target.join(' ')}\n  ${failureSummary ?? ''}`));
  expect(found, `accessibility of ${what}`).toEqual([]);
}

/**
 * The page as it stands, wide and narrow, light and dark: each without a violation, and none wider than its window. With
 * `MAESTRO_SCREENSHOTS` set to a folder, pictures of all four are left there for a person to look at.
 *
 * @param name of the page, for the pictures and for what fails.
 */
export async function everyLook(page: Page, name: string): Promise<void> {
  const before = page.viewportSize() ?? WIDE;
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    for (const size of [WIDE, NARROW]) {
      await page.setViewportSize(size);
      await settled(page);
      const what = `${name}, ${theme}, ${size.width} wide`;
      await picture(page, `${name}-${size.width}-${theme}`);
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
      expect(overflow, `pixels by which ${what} is wider than its window`).toBe(0);
      await accessible(page, theme, what);
    }
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize(before);
}

/** Two frames: what a changed window or theme sets off has been laid out by then. */
async function settled(page: Page): Promise<void> {
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
}

async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['MAESTRO_SCREENSHOTS'];
  if (folder === undefined || folder === '') return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
