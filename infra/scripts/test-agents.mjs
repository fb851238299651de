#!/usr/bin/env node
// @ts-check
// `npm run test:agents`: the adapters against the real agent programs, with only the model scripted on loopback. The programs are
// hundreds of megabytes, so they are no dependencies: they are installed at fixed versions into a folder that git ignores.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { interruption, runGroup, stopChildrenOnSignals } from './lib/children.mjs';
import { prepare } from './lib/prepare.mjs';
import { countReport, failed, lastLine } from './lib/tally.mjs';

/** @typedef {import('./lib/tally.mjs').Outcome} Outcome */

/** The versions that the adapters are written against. @type {Readonly<Record<string, string>>} */
const PROGRAMS = { '@anthropic-ai/claude-code': '2.1.197', '@openai/codex': '0.169.0' };

const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, '.agents-cache');

stopChildrenOnSignals();
const outcome = await main();
for (const failure of outcome.failures) process.stdout.write(`✗ ${failure}\n`);
process.exitCode = interruption() === undefined && outcome.failed === 0 ? 0 : 1;
process.stdout.write(`${lastLine(outcome)}\n`);

/** @returns {Promise<Outcome>} */
async function main() {
  // The whole job runs the built programs.
  if (!(await prepare({ quiet: true }))) return failed('the packages could not be installed or built');
  const problem = await installPrograms();
  if (problem !== undefined) return failed(problem);
  const reports = mkdtempSync(join(tmpdir(), 'maestro-agents-report-'));
  const file = join(reports, 'report.json');
  const vitest = join(root, 'node_modules', '.bin', 'vitest');
  const config = join(root, 'infra', 'agents', 'vitest.config.mjs');
  const args = ['run', '--config', config, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...process.argv.slice(2)];
  try {
    const { code } = await runGroup(vitest, args, { cwd: root });
    return countReport(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined, code);
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

/** @returns {Promise<string | undefined>} why they are not there */
async function installPrograms() {
  const lacking = Object.entries(PROGRAMS).filter(([name, version]) => installedVersion(name) !== version);
  if (lacking.length === 0) return undefined;
  mkdirSync(cache, { recursive: true });
  // Without a manifest of its own npm would look for one in the folders above and install into the workspace.
  if (!existsSync(join(cache, 'package.json'))) writeFileSync(join(cache, 'package.json'), '{ "private": true }\n');
  const wanted = lacking.map(([name, version]) => `${name}@${version}`);
  process.stdout.write(`Installing ${wanted.join(' and ')} into ${cache}\n`);
  const { code } = await runGroup('npm', ['install', '--prefix', cache, '--no-audit', '--no-fund', '--save-exact', ...wanted], { cwd: cache });
  return code === 0 ? undefined : `npm could not install ${wanted.join(' and ')} (exit code ${code})`;
}

/** @param {string} name @returns {string | undefined} */
function installedVersion(name) {
  const file = join(cache, 'node_modules', name, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined;
}
