import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { Scene } from '../../e2e/harness/scene.js';
import { Site } from '../../e2e/harness/site.js';
import type { Api } from '../../rig/api.js';
import { signInLink } from '../../rig/owner.js';
import { launchChromium } from './chromium.js';
import { Visitor } from './visitor.js';

export const WIDE = { width: 1440, height: 900 } as const;
export const NARROW = { width: 390, height: 844 } as const;

interface VisitOptions {
  /** Where to go first. Default the first page. */
  readonly to?: string;
  /** Whose account; `null` for a stranger. Default the owner. */
  readonly as?: Api | null;
  readonly size?: { readonly width: number; readonly height: number };
  readonly theme?: 'light' | 'dark';
}

export interface BrowserStage {
  readonly site: () => Site;
  /** A browser of somebody's own, signed in; it is closed after the test, which fails if its pages complained. */
  visit(options?: VisitOptions): Promise<Page>;
  /** A project of its own on the file's studio, as in the end-to-end suite. */
  scene(): Scene;
}

/** A studio, and Chromium, for the tests of a file. */
export function browserStage(options: { readonly env?: Readonly<Record<string, string>> } = {}): BrowserStage {
  let site: Site | undefined;
  let browser: Browser | undefined;
  let visitors: Visitor[] = [];
  const open = (): Site => {
    if (site === undefined) throw new Error('the studio of this file is not up');
    return site;
  };
  beforeAll(async () => {
    [site, browser] = await Promise.all([Site.open(options.env), launchChromium()]);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') for (const visitor of visitors) process.stderr.write(await visitor.whereabouts());
    const complaints = visitors.flatMap((visitor) => visitor.complaints);
    await Promise.all(visitors.map(({ context }) => context.close()));
    visitors = [];
    expect(complaints, 'what the pages wrote to the console as errors').toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  return {
    site: open,
    scene: () => new Scene(open(), open().nextProjectKey()),
    async visit({ to = '/', as = open().api, size = WIDE, theme = 'light' } = {}) {
      if (browser === undefined) throw new Error('the browser of this file is not up');
      const context = await browser.newContext({ viewport: size, colorScheme: theme, baseURL: open().url, reducedMotion: 'reduce' });
      // Half of it would do on a machine that does nothing else.
      context.setDefaultTimeout(60_000);
      const visitor = await Visitor.at(context);
      visitors.push(visitor);
      if (as !== null) await visitor.page.goto(await signInLink(as));
      await visitor.page.goto(to);
      return visitor.page;
    },
  };
}
