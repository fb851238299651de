import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../rig/folders.js';
import { BENCHES } from './benches.js';
import { CannotRun } from './lib/bench.js';
import type { Growth } from './lib/bench.js';
import { isReached } from './lib/compare.js';
import type { Row } from './lib/compare.js';
import { pictureOf } from './lib/picture.js';
import { sectionOf } from './lib/render.js';
import { settle } from './lib/settle.js';

/** What became of one bench. */
interface Entry {
  readonly name: string;
  readonly title: string;
  readonly outcome: 'reached' | 'missed' | 'could_not_run';
  readonly seconds: number;
  readonly rows: readonly Row[];
  readonly growth: readonly Growth[];
  readonly text: string;
}

/** Ends with 1 when a goal was missed, with 2 when a bench could not be run. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean', default: false }, out: { type: 'string', default: join(ROOT, 'infra/bench/results') } } });
  const chosen = Object.keys(BENCHES).filter((name) => positionals.length === 0 || positionals.some((wanted) => name === wanted || name.startsWith(`${wanted}:`)));
  const unknown = positionals.find((wanted) => !chosen.some((name) => name === wanted || name.startsWith(`${wanted}:`)));
  if (unknown !== undefined) {
    process.stderr.write(`error: there is no bench "${unknown}"\ntry: npm run bench -- ${Object.keys(BENCHES).join(' | ')}\n`);
    return 2;
  }
  const entries: Entry[] = [];
  for (const name of chosen) {
    entries.push(await runOne(name, values.quick));
    // After each, so that what was measured is kept whatever becomes of the next.
    await write(resolve(values.out), entries, values.quick);
  }
  process.stdout.write(`${reportOf(entries, values.quick)}\n`);
  process.stderr.write(`report.md, report.json and report.svg are in ${resolve(values.out)}\n`);
  if (entries.some(({ outcome }) => outcome === 'could_not_run')) return 2;
  return entries.some(({ outcome }) => outcome === 'missed') ? 1 : 0;
}

async function runOne(name: string, quick: boolean): Promise<Entry> {
  const bench = BENCHES[name];
  if (bench === undefined) throw new Error(`there is no bench ${name}`);
  const { title } = bench;
  const from = performance.now();
  const seconds = (): number => Math.round((performance.now() - from) / 1_000);
  process.stderr.write(`${name}\n`);
  settle();
  try {
    const found = await bench.run({ quick, say: (progress) => process.stderr.write(`  ${progress}\n`) });
    const { rows, growth = [] } = found;
    const good = rows.every(isReached) && found.good !== false;
    return { name, title, outcome: good ? 'reached' : 'missed', seconds: seconds(), rows, growth, text: sectionOf(title, found) };
  } catch (error) {
    // What is missing is said in a sentence; anything else is a defect, and no reason to lose what the others would have found.
    const said = error instanceof CannotRun ? error.message : String(error instanceof Error ? error.stack : error);
    process.stderr.write(`error: ${said}\n`);
    return { name, title, outcome: 'could_not_run', seconds: seconds(), rows: [], growth: [], text: `## ${title}\n\nCould not be run: ${said.split('\n')[0] ?? ''}` };
  }
}

function reportOf(entries: readonly Entry[], quick: boolean): string {
  const head = [
    '# Benchmarks',
    `${cpus()[0]?.model.trim() ?? 'An unknown processor'}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}, git ${gitVersion()}, ${new Date().toISOString().slice(0, 10)}.`,
    ...(quick ? ['**A quick look: sizes too small to mean anything.**'] : []),
    'Every number stands beside the program that it was measured against, in the same run and by turns. What counts is the ratio; times of different days or machines say nothing about each other.',
    '![Ratios against their goals, and growth](report.svg)',
  ];
  return [...head, ...entries.map(({ text }) => text)].join('\n\n');
}

async function write(folder: string, entries: readonly Entry[], quick: boolean): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'report.md'), `${reportOf(entries, quick)}\n`);
  await writeFile(join(folder, 'report.json'), `${JSON.stringify({ quick, benches: entries.map(({ text: _, ...entry }) => entry) }, null, 2)}\n`);
  await writeFile(join(folder, 'report.svg'), pictureOf(entries.flatMap(({ rows }) => rows), entries.flatMap(({ growth }) => growth)));
}

function gitVersion(): string {
  return execFileSync('git', ['--version'], { encoding: 'utf8' }).replace('git version ', '').trim();
}

process.exitCode = await main();
