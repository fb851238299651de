/** One generated page of `infra/docs/`. */
export interface DocPage {
  /** Path from the root of the repository. */
  readonly file: string;
  /** Where its content comes from, for the page's first line. */
  readonly source: string;
  /** The page below the first line. The same sources must give the same text, byte for byte. */
  generate(): Promise<string> | string;
}

/** The whole file: what it is made from, then its content, then one line end. */
export async function render(page: DocPage): Promise<string> {
  const body = await page.generate();
  return `<!-- Made by \`npm run docs\` from ${page.source}. Change that, not this. -->\n\n${body.trim()}\n`;
}
