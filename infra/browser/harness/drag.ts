import type { Locator, Page } from 'playwright-core';

/** A card in the hand: over which column it is held, and where it is let go. */
export interface Held {
  over(target: Locator): Promise<void>;
  drop(): Promise<void>;
}

/** Takes a thing by its middle and holds it. Small steps, as a hand makes them: the browser begins a drag only when the pointer has moved a little. */
export async function take(page: Page, source: Locator): Promise<Held> {
  const move = async (locator: Locator): Promise<void> => {
    const box = await locator.boundingBox();
    if (box === null) throw new Error('what the pointer should go to is not on the screen');
    await page.mouse.move(box.x + box.width / 2, box.y + Math.min(box.height / 2, 60), { steps: 8 });
  };
  await source.scrollIntoViewIfNeeded();
  await move(source);
  await page.mouse.down();
  return {
    over: async (target) => {
      await move(target);
      // The browser tells of the target with its next event only.
      await page.mouse.move(1, 0, { steps: 1 }).catch(() => undefined);
      await move(target);
    },
    drop: () => page.mouse.up(),
  };
}
