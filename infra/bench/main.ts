import { catalogRatios } from './catalog/ratios.js';
import { foreignRepositories } from './catalog/repositories.js';
import { NoSources } from './catalog/sources.js';
import { lanesReady } from './lanes/ready.js';

interface Bench {
  readonly title: string;
  readonly run: () => Promise<{ readonly report: string; readonly good: boolean }>;
}

/** `npm run bench -- <name>`: prints a report as Markdown. Ends with 1 when a goal was missed, with 2 when a bench could not be run. */
const BENCHES: Readonly<Record<string, Bench>> = {
  'catalog:ratios': { title: 'Search in one project among many', run: catalogRatios },
  'catalog:repositories': { title: 'The catalog of repositories that nobody here wrote', run: foreignRepositories },
  'lanes:ready': { title: 'How soon a task has its files', run: lanesReady },
};

/** A name's first part stands for all benches of that subject: `catalog` is both of the catalog's. */
async function main(wanted: string): Promise<number> {
  const chosen = Object.entries(BENCHES).filter(([name]) => name === wanted || name.startsWith(`${wanted}:`));
  if (wanted === '' || chosen.length === 0) {
    process.stderr.write(`error: there is no bench "${wanted}"\ntry: npm run bench -- ${['catalog', 'lanes', ...Object.keys(BENCHES)].join(' | ')}\n`);
    return 2;
  }
  let worst = 0;
  for (const [, bench] of chosen) worst = Math.max(worst, await runBench(bench));
  return worst;
}

async function runBench({ title, run }: Bench): Promise<number> {
  try {
    const { report, good } = await run();
    process.stdout.write(`# ${title}\n\n${report}\n\n`);
    return good ? 0 : 1;
  } catch (error) {
    if (!(error instanceof NoSources)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    return 2;
  }
}

process.exitCode = await main(process.argv[2] ?? '');
