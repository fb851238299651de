// @ts-check
// What a machine must have before anything else can run. Plain JavaScript without dependencies: this runs on a fresh clone.
import { spawnSync } from 'node:child_process';

const NODE_FLOOR = [20, 19, 0];

/**
 * The first safe release of each git line. Older ones let an agent's clone run its own program inside the daemon's
 * fetch (CVE-2024-32004 and CVE-2024-32465, fixed together on 14 May 2024).
 */
const GIT_FLOORS = [
  [2, 39, 4],
  [2, 40, 2],
  [2, 41, 1],
  [2, 42, 2],
  [2, 43, 4],
  [2, 44, 1],
  [2, 45, 1],
];

/** @returns {string[]} one sentence for each thing that is missing or too old; empty when the machine will do */
export function machineProblems() {
  const git = spawnSync('git', ['--version'], { encoding: 'utf8' });
  return [nodeProblem(process.versions.node), gitProblem(git.error === undefined ? git.stdout : undefined)].filter((problem) => problem !== undefined);
}

/**
 * @param {string} version such as "20.19.0"
 * @returns {string | undefined}
 */
export function nodeProblem(version) {
  if (compare(numbers(version), NODE_FLOOR) >= 0) return undefined;
  return `Maestro needs Node ${NODE_FLOOR.join('.')} or later; this is Node ${version}. Install a current release from https://nodejs.org, or run "nvm use".`;
}

/**
 * @param {string | undefined} output what `git --version` printed; undefined when git is not installed
 * @returns {string | undefined}
 */
export function gitProblem(output) {
  if (output === undefined) return 'Maestro needs git 2.39.4 or later, and there is no git in PATH. Install it with the package manager of this system.';
  const version = numbers(/\d+(\.\d+)+/.exec(output)?.[0] ?? '0');
  const floor = GIT_FLOORS.find(([major, minor]) => major === version[0] && minor === version[1]);
  const newest = GIT_FLOORS[GIT_FLOORS.length - 1] ?? [];
  if (compare(version, floor ?? newest) >= 0) return undefined;
  return `Maestro needs git ${(floor ?? GIT_FLOORS[0] ?? []).join('.')} or later; this is ${version.join('.')}. Older releases let a repository run programs during a fetch.`;
}

/** @param {string} version */
function numbers(version) {
  return version.split('.').map((part) => Number.parseInt(part, 10));
}

/** @param {readonly number[]} a @param {readonly number[]} b */
function compare(a, b) {
  for (let i = 0; i < 3; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
