import type { BrowserContext, ConsoleMessage, Page } from 'playwright-core';

/**
 * With `MAESTRO_BROWSER_SLOW` set to milliseconds, every answer of the studio comes up to that much later, each as luck has it. What a test
 * expects must not depend on which of two answers comes first, and a quick machine does not show that it does.
 */
async function slowDown(page: Page): Promise<void> {
  const most = Number(process.env['MAESTRO_BROWSER_SLOW'] ?? 0);
  if (most === 0) return;
  await page.route(/\/api\//, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * most));
    // The page may have left meanwhile.
    await route.continue().catch(() => undefined);
  });
}

/** Somebody at a browser of their own. What their pages complain of is kept, and fails the test at its end. */
export class Visitor {
  readonly complaints: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async at(context: BrowserContext): Promise<Visitor> {
    const page = await context.newPage();
    const visitor = new Visitor(context, page);
    await slowDown(page);
    page.on('pageerror', (error) => visitor.complaints.push(`uncaught: ${error.message}`));
    page.on('console', (message) => visitor.hear(message));
    return visitor;
  }

  /** What they saw last, for whoever looks into a failure. */
  async whereabouts(): Promise<string> {
    const text = await this.page.locator('body').innerText({ timeout: 2_000 }).catch(() => '(nothing)');
    return `── at ${this.page.url()}\n${text.slice(0, 4_000)}\n`;
  }

  /** A line of the console about what the network did is for the test to provoke: a refusal, or a studio that is down. */
  private hear(message: ConsoleMessage): void {
    if (message.type() !== 'error') return;
    const text = message.text();
    if (/Failed to load resource|WebSocket connection to|net::ERR_/.test(text)) return;
    this.complaints.push(text);
  }
}
