// @ts-check
// The programs outside npm that suites use, as data, and how a Debian machine gets them.
import { accessSync, constants, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runGroup } from './children.mjs';

/**
 * @typedef {'postgres' | 'redis' | 'sandbox' | 'terminal' | 'processes' | 'browser' | 'proxy'} NeedId
 * @typedef {{ id: NeedId, what: string, debian: string, programs: readonly string[], folders?: () => string[] }} Need
 */

/** @type {readonly Need[]} any one of `programs` satisfies a need; `folders` are looked at besides PATH */
const NEEDS = [
  { id: 'postgres', what: 'PostgreSQL', debian: 'postgresql', programs: ['initdb'], folders: postgresFolders },
  { id: 'redis', what: 'Redis', debian: 'redis-server', programs: ['redis-server', 'valkey-server'] },
  { id: 'proxy', what: 'nginx', debian: 'nginx', programs: ['nginx'], folders: () => ['/usr/sbin'] },
  { id: 'sandbox', what: 'bubblewrap', debian: 'bubblewrap', programs: ['bwrap'] },
  { id: 'terminal', what: 'tmux', debian: 'tmux', programs: ['tmux'] },
  { id: 'processes', what: 'ps', debian: 'procps', programs: ['ps'] },
  { id: 'browser', what: 'Chromium', debian: 'chromium', programs: ['chromium', 'chromium-browser', 'google-chrome'] },
];

const POLICY_FILE = '/usr/sbin/policy-rc.d';

/**
 * @param {readonly NeedId[]} ids
 * @returns {Need[]} those of them that this machine lacks
 */
export function missingNeeds(ids) {
  return NEEDS.filter((need) => ids.includes(need.id) && !isPresent(need));
}

/** True where this script may install packages: as root on Debian or a system made from it. */
export function canInstall() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && isProgram('/usr/bin/apt-get');
}

/**
 * Installs the Debian packages of these needs without starting the services they bring: the suites start servers of
 * their own.
 *
 * @param {readonly Need[]} needs
 * @returns {Promise<boolean>} false when apt failed; it has said why
 */
export async function install(needs) {
  const packages = needs.map((need) => need.debian);
  process.stdout.write(`installing the Debian packages ${packages.join(', ')}\n`);
  const allowServices = denyServices();
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const apt = ['-qq', '-y', '-o', 'DPkg::Lock::Timeout=300'];
    const update = await runGroup('apt-get', [...apt, 'update'], { env });
    if (update.code !== 0) return false;
    const result = await runGroup('apt-get', [...apt, 'install', '--no-install-recommends', ...packages], { env });
    return result.code === 0;
  } finally {
    allowServices();
  }
}

/**
 * Debian asks /usr/sbin/policy-rc.d before it starts a service; 101 is "forbidden". A policy that is there already stays
 * as it is: somebody decided it.
 */
function denyServices() {
  if (existsSync(POLICY_FILE)) return () => {};
  writeFileSync(POLICY_FILE, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const remove = () => rmSync(POLICY_FILE, { force: true });
  process.once('exit', remove);
  return () => {
    process.removeListener('exit', remove);
    remove();
  };
}

/** @param {Need} need */
function isPresent(need) {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...(need.folders?.() ?? [])];
  return need.programs.some((program) => folders.some((folder) => folder !== '' && isProgram(join(folder, program))));
}

function postgresFolders() {
  const base = '/usr/lib/postgresql';
  return existsSync(base) ? readdirSync(base).map((version) => join(base, version, 'bin')) : [];
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
