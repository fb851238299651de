// @ts-check
// From a fresh clone to compiled programs: check the machine, install the packages, build. Each step does nothing when there is nothing to do.
import { fileURLToPath } from 'node:url';
import { runGroup } from './children.mjs';
import { ensureInstalled } from './install.mjs';
import { machineProblems } from './machine.mjs';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * @param {{ quiet?: boolean }} [options] quiet: say nothing on standard output, unless something fails
 * @returns {Promise<boolean>} false when it cannot go on; the reason has been said on standard error
 */
export async function prepare({ quiet = false } = {}) {
  const problems = machineProblems();
  for (const problem of problems) process.stderr.write(`error: ${problem}\n`);
  if (problems.length > 0) return false;
  if (!(await ensureInstalled(ROOT, { quiet }))) {
    process.stderr.write('error: the packages could not be installed.\ntry: look at what npm said above, then run the same command again.\n');
    return false;
  }
  const build = await runGroup('npx', ['--no-install', 'turbo', 'run', 'build', '--output-logs=errors-only'], { cwd: ROOT, output: 'capture', env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' } });
  if (build.code !== 0) process.stderr.write(`${build.output}\nerror: the build failed.\ntry: npm run build\n`);
  return build.code === 0;
}
