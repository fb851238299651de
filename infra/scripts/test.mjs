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
  for (const step of steps) {
    if (interruption() !== undefined) return;
    process.stdout.write(`\n── ${label(step)} ${'─'.repeat(Math.max(0, 70 - label(step).length))}\n`);
    const startedAt = performance.now();
    const outcome = await runStep(step);
    record(label(step), strict ? strictly(outcome) : outcome, (performance.now() - startedAt) / 1000);
  }
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

/** @param {Step} step @returns {Promise<Outcome>} */
async function runStep(step) {
  const before = results.find((result) => result.name === step.after);
  // Types that do not check still compile; a failed build leaves old programs, or none.
  if (step.after === 'build' && before?.outcome.failed !== 0) return failed('not run, because the build failed');
  const lacking = missingNeeds(step.requires ?? []);
  if (lacking.length > 0) return skipped(`needs ${lacking.map((need) => need.what).join(' and ')}`);
  const env = { ...environment, ...step.env };
  if (step.kind === 'vitest') return runVitest(step, env);
  if (step.kind === 'script') return runScript(step, env);
  const [program = '', ...args] = step.command;
  const { code } = await runGroup(program, args, { cwd: root, env });
  return code === 0 ? passed() : failed(`${step.command.join(' ')} ended with code ${code}`);
}

/** @param {Step} step @param {NodeJS.ProcessEnv} env @returns {Promise<Outcome>} */
async function runVitest(step, env) {
  const file = join(reports, `${label(step).replaceAll(' ', '-')}.json`);
  const projects = step.command.flatMap((project) => ['--project', project]);
  const args = ['run', ...projects, '--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const { code } = await runGroup('vitest', args, { cwd: root, env });
  return countReport(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined, code);
}

/** @param {Step} step @param {NodeJS.ProcessEnv} env @returns {Promise<Outcome>} */
async function runScript(step, env) {
  const [program = '', ...args] = step.command;
  if (!existsSync(join(root, args[0] ?? ''))) return skipped(`${args[0]} does not exist yet`);
  let output = '';
  const { code } = await runGroup(program, args, { cwd: root, env, onStdout: (text) => (output += text) });
  return countLastLine(output, code);
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
