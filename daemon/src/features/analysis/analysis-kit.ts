import { join } from 'node:path';
import { FactsCache } from './facts-cache.js';
import { ParserProcess } from './parsers/parser-process.js';
import { SummaryCache } from './summary-cache.js';

/** What an analysis needs of this machine. */
export interface AnalysisKit {
  /** A parser of its own for each piece of work; whoever takes one closes it. */
  parser(): ParserProcess;
  /** What is known of the contents of a project's files. */
  facts(projectId: string): FactsCache;
  /** What an agent last wrote about a project. */
  summary(projectId: string): SummaryCache;
}

/**
 * @param folder that holds nothing of anybody's, for the parsers to run in.
 * @param projects one folder for each project, by its id.
 * @param path where programs are looked for.
 * @param parserMain the parsers' built main file; default the one beside this code.
 */
export function analysisKit({ folder, projects, path, parserMain }: { readonly folder: string; readonly projects: string; readonly path: string; readonly parserMain?: string }): AnalysisKit {
  return {
    parser: () => new ParserProcess({ cwd: folder, path, ...(parserMain === undefined ? {} : { main: parserMain }) }),
    facts: (projectId) => new FactsCache(join(projects, projectId, 'facts.json')),
    summary: (projectId) => new SummaryCache(join(projects, projectId, 'summary.json')),
  };
}
