import { catalogRatios } from './catalog/ratios.js';
import { foreignRepositories } from './catalog/repositories.js';
import { NoSources } from './catalog/sources.js';

/** `npm run bench -- <name>`: runs one bench and prints its report as Markdown. Ends with 1 when a goal was missed, with 2 when it could not be run. */
const BENCHES: Readonly<Record<string, { readonly title: string; readonly run: () => Promise<{ readonly report: string; readonly good: boolean }> }>> = {
  'catalog:repositories': { title: 'The catalog of repositories that nobody here wrote', run: foreignRepositories },
  'catalog:ratios': { title: 'Search in one project among many', run: catalogRatios },
};

async function main(name: string): Promise<number> {
  const bench = BENCHES[name];
  if (bench === undefined) {
    process.stderr.write(`error: there is no bench "${name}"\ntry: npm run bench -- ${Object.keys(BENCHES).join(' | ')}\n`);
    return 2;
  }
  try {
    const { report, good } = await bench.run();
    process.stdout.write(`# ${bench.title}\n\n${report}\n`);
    return good ? 0 : 1;
  } catch (error) {
    if (!(error instanceof NoSources)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    return 2;
  }
}

process.exitCode = await main(process.argv[2] ?? '');
