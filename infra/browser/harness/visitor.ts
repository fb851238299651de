import type { BrowserContext, ConsoleMessage, Page } from 'playwright-core';

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
