import type { Locator } from 'playwright-core';

/**
 * Waits until what is looked for stands somewhere on the page, once or more often.
 *
 * Playwright's own `waitFor` also fails when it finds two: where a sentence belongs in two places, whether a test passed would depend on which of them
 * had been drawn by then. What is clicked or filled in is still looked for by a locator that finds exactly one.
 */
export async function seen(locator: Locator): Promise<void> {
  await locator.filter({ visible: true }).first().waitFor();
}
