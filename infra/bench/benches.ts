import { catalogRatios } from './catalog/ratios.js';
import { foreignRepositories } from './catalog/repositories.js';
import { cliStart } from './cli/cli-start.js';
import { lanesReady } from './git/lanes.js';
import { mergeBench } from './git/merge.js';
import type { Bench } from './lib/bench.js';
import { daemons } from './studio/daemons.js';
import { dispatchLatency } from './studio/dispatch-latency.js';
import { fanOut } from './studio/fan-out.js';
import { fencing } from './studio/fencing.js';
import { logIngest } from './studio/log-ingest.js';
import { redispatch } from './studio/redispatch.js';
import { sockets } from './studio/sockets.js';
import { throughput } from './studio/throughput.js';

/** By name, in the order in which they run. A name's first part stands for all of that subject: `studio` is all of the studio's. */
export const BENCHES: Readonly<Record<string, Bench>> = {
  'cli:start': { title: 'The command', run: cliStart },
  'studio:dispatch': { title: 'From a click to a machine', run: dispatchLatency },
  'studio:throughput': { title: 'Dispatch', run: throughput },
  'studio:fencing': { title: 'Fencing', run: fencing },
  'studio:redispatch': { title: 'When machines die', run: redispatch },
  'studio:fan-out': { title: 'Live updates', run: fanOut },
  'studio:sockets': { title: 'Many machines', run: sockets },
  'studio:daemons': { title: 'More and more machines', run: daemons },
  'studio:logs': { title: 'Transcripts', run: logIngest },
  // The quiet one first: lanes are two million files.
  'git:merge': { title: 'Landing', run: mergeBench },
  'git:lanes': { title: 'A place to work in', run: lanesReady },
  'catalog:repositories': { title: 'The catalog of repositories that nobody here wrote', run: foreignRepositories },
  'catalog:ratios': { title: 'Search in one project among many', run: catalogRatios },
};
