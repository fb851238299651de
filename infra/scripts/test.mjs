#!/usr/bin/env node
// @ts-check
// `npm test`: everything from a fresh clone to one line, `N passed, N failed`. Plain JavaScript without dependencies,
// because it is what installs them. Steps are data in lib/steps.mjs, the machine's needs in lib/needs.mjs.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { interruption, runGroup, stopChildrenOnSignals } from './lib/children.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { machineProblems } from './lib/machine.mjs';
import { canInstall, install, missingNeeds } from './lib/needs.mjs';
import { label, parseArguments, selectSteps } from './lib/steps.mjs';
import { countLastLine, countReport, failed, lastLine, passed, skipped, strictly, sum } from './lib/tally.mjs';

/** @typedef {import('./lib/steps.mjs').Step} Step */
/** @typedef {import('./lib/tally.mjs').Outcome} Outcome */

const root = fileURLToPath(new URL('../..', import.meta.url));
const strict = process.env['MAESTRO_TEST_STRICT'] === '1';
const reports = mkdtempSync(join(tmpdir(), 'maestro-reports-'));
const environment = {
  ...process.env,
  // Output that is shown in one piece goes through a pipe; on a terminal it keeps its colours.
  ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
  PATH: `${join(root, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`,
  // Nothing that runs here speaks to its maker.
  DO_NOT_TRACK: '1',
  TURBO_TELEMETRY_DISABLED: '1',
};

/** @type {{ name: string, outcome: Outcome, seconds: number }[]} */
const results = [];

stopChildrenOnSignals();
try {
  await main();
} catch (error) {
  record('npm test', failed(error instanceof Error ? (error.stack ?? error.message) : String(error)), 0);
} finally {
  rmSync(reports, { recursive: true, force: true });
}
finish();

async function main() {
  const selection = parseArguments(process.argv.slice(2));
  if ('error' in selection) return record('arguments', failed(selection.error), 0);
  for (const problem of machineProblems()) record('machine', failed(problem), 0);
  if (results.length > 0) return;
  if (!(await ensureInstalled(root))) return record('install', failed('npm ci failed'), 0);

  const steps = selectSteps(selection);
  await provideNeeds(steps);
  for (const batch of batches(steps)) {
    await runBatch(batch);
    // Neighbours end in any order; the summary has them in that of the list.
    results.sort((a, b) => position(steps, a.name) - position(steps, b.name));
  }
}

/** @param {readonly Step[]} steps @param {string} name */
function position(steps, name) {
  return steps.findIndex((step) => label(step) === name);
}

/** @param {readonly Step[]} steps @returns {Step[][]} neighbours that may run side by side in one batch, the others alone */
function batches(steps) {
  /** @type {Step[][]} */
  const result = [];
  for (const step of steps) {
    const last = result.at(-1);
    if (step.together === true && last?.[0]?.together === true) last.push(step);
    else result.push([step]);
  }
  return result;
}

/** @param {readonly Step[]} batch */
async function runBatch(batch) {
  const waiting = [...batch];
  const worker = async () => {
    for (let step = waiting.shift(); step !== undefined && interruption() === undefined; step = waiting.shift()) await timeStep(step, batch.length > 1);
  };
  await Promise.all([worker(), worker()]);
}

/** @param {Step} step @param {boolean} hasNeighbours then its output is shown in one piece, when it has ended */
async function timeStep(step, hasNeighbours) {
  const title = `\n── ${label(step)} ${'─'.repeat(Math.max(0, 70 - label(step).length))}\n`;
  if (!hasNeighbours) process.stdout.write(title);
  const startedAt = performance.now();
  const { outcome, output } = await runStep(step, hasNeighbours);
  if (hasNeighbours) process.stdout.write(`${title}${output}`);
  record(label(step), strict ? strictly(outcome) : outcome, (performance.now() - startedAt) / 1000);
}

/** @param {readonly Step[]} steps */
async function provideNeeds(steps) {
  const ids = steps.flatMap((step) => [...(step.uses ?? []), ...(step.requires ?? [])]);
  const lacking = missingNeeds(ids);
  if (lacking.length > 0 && canInstall()) await install(lacking);
  for (const need of missingNeeds(ids)) {
    const sentence = `${need.what} is missing: what needs it is skipped (Debian package: ${need.debian})`;
    process.stdout.write(`\n!!! ${sentence}\n`);
    if (strict) record('machine', failed(sentence), 0);
  }
}

/** @typedef {{ outcome: Outcome, output: string }} Ended */

/** @param {Step} step @param {boolean} capture @returns {Promise<Ended>} */
async function runStep(step, capture) {
  const before = results.find((result) => result.name === step.after);
  // Types that do not check still compile; a failed build leaves old programs, or none.
  if (step.after === 'build' && before?.outcome.failed !== 0) return { outcome: failed('not run, because the build failed'), output: '' };
  const lacking = missingNeeds(step.requires ?? []);
  if (lacking.length > 0) return { outcome: skipped(`needs ${lacking.map((need) => need.what).join(' and ')}`), output: '' };
  /** @type {Options} */
  const options = { cwd: root, env: { ...environment, ...step.env }, output: capture ? 'capture' : 'inherit' };
  if (step.kind === 'vitest') return runVitest(step, options);
  const [program = '', ...args] = step.command;
  if (step.kind === 'script') return runScript(program, args, options);
  const { code, output } = await runGroup(program, args, options);
  return { outcome: code === 0 ? passed() : failed(`${step.command.join(' ')} ended with code ${code}`), output };
}

/** @typedef {NonNullable<Parameters<typeof runGroup>[2]>} Options */

/** @param {Step} step @param {Options} options @returns {Promise<Ended>} */
async function runVitest(step, options) {
  const file = join(reports, `${label(step).replaceAll(' ', '-')}.json`);
  const projects = step.command.flatMap((project) => ['--project', project]);
  const args = ['run', ...projects, '--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const { code, output } = await runGroup('vitest', args, options);
  return { outcome: countReport(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined, code), output };
}

/** @param {string} program @param {readonly string[]} args @param {Options} options @returns {Promise<Ended>} */
async function runScript(program, args, options) {
  if (!existsSync(join(root, args[0] ?? ''))) return { outcome: skipped(`${args[0]} does not exist yet`), output: '' };
  const { code, output } = await runGroup(program, args, { ...options, output: 'tee' });
  return { outcome: countLastLine(output, code), output };
}

/** @param {string} name @param {Outcome} outcome @param {number} seconds */
function record(name, outcome, seconds) {
  results.push({ name, outcome, seconds });
}

function finish() {
  const signal = interruption();
  if (signal !== undefined) record('npm test', failed(`interrupted by ${signal}`), 0);
  const total = sum(results.map((result) => result.outcome));
  const lines = results.map(({ name, outcome, seconds }) => `${outcome.failed > 0 ? '✗' : outcome.skipped > 0 ? '–' : '✓'} ${name.padEnd(18)} ${lastLine(outcome)} (${seconds.toFixed(1)} s)`);
  const details = results.flatMap(({ name, outcome }) => [
    ...outcome.failures.map((failure) => `✗ ${name}: ${failure}`),
    ...outcome.skips.map((skip) => `– ${name}: skipped, ${skip}`),
  ]);
  process.exitCode = signal === 'SIGINT' ? 130 : total.failed > 0 ? 1 : 0;
  process.stdout.write(`\n${[...lines, ...details, lastLine(total)].join('\n')}\n`);
}
