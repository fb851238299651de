import type { FileFacts } from '../domain/facts.js';
import { GRAMMARS } from './grammars.js';
import { parseScript } from './oxc.js';
import { TreeSitter } from './tree-sitter.js';

const SCRIPTS: ReadonlySet<string> = new Set(['TypeScript', 'JavaScript', 'Vue', 'Svelte']);

/** One file, by the parser of its language. */
export interface ParseRequest {
  readonly path: string;
  readonly language: string;
  readonly text: string;
}

/** Parses in this process; undefined when the parser gave up. What can end the process is not caught: see `parser-process.ts`. */
export class FileParser {
  private readonly trees = new TreeSitter();

  async parse({ path, language, text }: ParseRequest): Promise<FileFacts | undefined> {
    try {
      if (SCRIPTS.has(language)) return parseScript(path, text);
      return GRAMMARS[language] === undefined ? undefined : await this.trees.parse(language, text);
    } catch {
      return undefined;
    }
  }
}
