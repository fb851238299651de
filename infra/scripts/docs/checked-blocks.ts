/** A shell block of a document that promises to work. */
export interface CheckedBlock {
  readonly path: string;
  /** The line of its first command, counted from 1. */
  readonly line: number;
  readonly script: string;
}

/** The `sh` blocks whose first line is `# checked`. Others are for reading: they need a studio, a token or a person. */
export function checkedBlocks(path: string, markdown: string): CheckedBlock[] {
  return [...markdown.matchAll(/^```sh\n# checked\n([\s\S]*?)^```$/gm)].map((match) => ({
    path,
    line: markdown.slice(0, match.index).split('\n').length + 2,
    script: match[1] ?? '',
  }));
}
