import type { AnalysisView, RepositoryReport, RunEventItem } from '@maestro/protocol';
import { pairs } from '../format/table.js';
import { count, firstLine, thousands } from '../format/words.js';
import type { Terminal } from '../terminal.js';

/** What a person is told while an analysis goes on; undefined for what is nobody's business. */
export function progressText({ kind, payload }: Pick<RunEventItem, 'kind' | 'payload'>): string | undefined {
  const number = (name: string): number => (typeof payload[name] === 'number' ? payload[name] : 0);
  if (kind === 'log' && typeof payload['text'] === 'string') return payload['text'];
  if (kind !== 'phase') return undefined;
  switch (payload['phase']) {
    case 'analyse':
      return payload['of'] === undefined ? 'Reading the repository.' : `Read ${thousands(number('done'))} of ${count(number('of'), 'file')}.`;
    case 'analysed':
      return `Parsed ${count(number('parsed'), 'file')}; ${number('parsedNow') === number('parsed') ? 'none of them was' : thousands(number('parsed') - number('parsedNow')) + ' were'} known from before.`;
    case 'handed_in':
      return `Handed in what changed: ${thousands(number('changed'))} of ${count(number('files'), 'file')}.`;
    case 'summarise':
      return 'The agent reads it and writes what it saw.';
    default:
      return undefined;
  }
}

const MOST = 6;

/** What an analysis found, for a person. */
export function analysisText(project: string, { report, commit, sentence }: AnalysisView, { style, columns }: Pick<Terminal, 'style' | 'columns'>): string {
  if (report === null) return sentence;
  const head = style.bold(`${project} at ${commit?.slice(0, 12) ?? 'an unknown commit'}: ${count(report.files, 'file')}, ${count(report.artifacts, 'artifact')}`);
  const width = columns === undefined ? 200 : Math.max(20, columns - 20);
  const lines = parts(report).filter(([, text]) => text !== '');
  return `${head}\n\n${pairs(lines.map(([name, text]) => [name, firstLine(text, width)]), style.dim)}`;
}

function parts({ languages, frameworks, packages, commands, entryPoints, graph, churn, churnCommits, skipped }: RepositoryReport): readonly (readonly [string, string])[] {
  return [
    ['Languages', some(languages, ({ name, lines }) => `${name} ${thousands(lines)} lines`)],
    ['Frameworks', some(frameworks, ({ name }) => name, 2 * MOST)],
    ['Packages', some(packages, ({ name, manager }) => `${name} (${manager})`)],
    ['Commands', some(commands, ({ name }) => name, 2 * MOST)],
    ['Entry points', some(entryPoints, ({ path }) => path)],
    ['Imports', `${thousands(graph.edges)} between ${count(graph.files, 'file')}, ${thousands(graph.external)} of packages, ${thousands(graph.unresolvedCount)} that lead nowhere`],
    ['Most imported', some(graph.hubs, ({ path, count: times }) => `${path} (${times})`, 4)],
    ['Cycles', graph.cycles.length === 0 ? '' : count(graph.cycles.length, 'group of files that import each other', 'groups of files that import each other')],
    ['Most changed', churnCommits < 2 ? '' : `${some(churn, ({ path, commits }) => `${path} (${commits})`, 4)}, in the last ${thousands(churnCommits)} commits`],
    ['Not read', some(skipped, ({ name, count: files }) => `${name}: ${thousands(files)}`)],
  ];
}

/** The first ones, and how many more there are. */
function some<T>(list: readonly T[], word: (item: T) => string, most = MOST): string {
  const shown = list.slice(0, most).map(word).join(', ');
  return list.length > most ? `${shown} and ${thousands(list.length - most)} more` : shown;
}
