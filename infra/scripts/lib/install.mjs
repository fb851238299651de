// @ts-check
// Brings node_modules to what the lockfile says, and nothing more. No dependencies: this is what installs them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runGroup } from './children.mjs';

/**
 * Runs `npm ci` unless everything the lockfile asks for is there at its version.
 *
 * npm writes `node_modules/.package-lock.json` as the last act of every install, so the comparison sees an install that
 * somebody made by hand as well as one that was interrupted. A stamp of our own would know neither.
 *
 * @param {string} root
 * @param {{ quiet?: boolean }} [options] quiet: nothing on standard output; what npm says appears only when it fails
 * @returns {Promise<boolean>} false when npm failed; it has said why
 */
export async function ensureInstalled(root, { quiet = false } = {}) {
  if (isInstalled(root)) return true;
  process[quiet ? 'stderr' : 'stdout'].write('installing the packages of package-lock.json (npm ci)\n');
  const { code, output } = await runGroup('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, output: quiet ? 'capture' : 'inherit' });
  if (quiet && code !== 0) process.stderr.write(output);
  return code === 0;
}

/**
 * @param {string} root
 * @returns {boolean}
 */
function isInstalled(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const present = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined) throw new Error('package-lock.json is missing or is not JSON');
  if (present === undefined) return false;
  return isCovered(wanted, present);
}

/**
 * @typedef {{ version?: string, link?: boolean, optional?: boolean, resolved?: string, integrity?: string }} LockedPackage
 * @param {Record<string, LockedPackage>} wanted
 * @param {Record<string, LockedPackage>} present
 * @returns {boolean} true when every package that this machine can have is present. One too many is no reason to install again:
 *   nothing asks for it, and a fresh clone, where it is not, is what the checks run on.
 */
export function isCovered(wanted, present) {
  /** @param {[string, LockedPackage]} entry */
  const matches = ([path, lock]) => {
    const found = present[path];
    // What an optional package lacks here (another platform's binary) may be absent, but not of another version.
    if (found === undefined) return lock.optional === true;
    return found.version === lock.version && found.link === lock.link && (lock.integrity === undefined || found.integrity === lock.integrity);
  };
  return Object.entries(wanted).filter(([path]) => path.startsWith('node_modules/')).every(matches);
}

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage> | undefined}
 */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
