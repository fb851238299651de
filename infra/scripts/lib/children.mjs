// @ts-check
// Child processes in groups of their own, so that an interrupted script leaves none of them behind.
import { spawn } from 'node:child_process';

const TERM_GRACE_MS = 5_000;

/** @type {Set<number>} */
const liveGroups = new Set();
/** @type {NodeJS.Signals | undefined} */
let interruptedBy;

/** The signal that asked this script to stop, if one did. */
export function interruption() {
  return interruptedBy;
}

/** From now on SIGINT, SIGTERM and SIGHUP end every group that `runGroup` started; the script itself ends by finding out. */
export function stopChildrenOnSignals() {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      interruptedBy ??= signal;
      signalGroups('SIGTERM');
      setTimeout(() => signalGroups('SIGKILL'), TERM_GRACE_MS).unref();
    });
  }
}

/**
 * Runs a program without input. What it leaves in its group is killed when it ends.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, output?: 'inherit' | 'tee' | 'capture' }} [options] `inherit` (default): the program
 *   writes to this script's streams; `capture`: both streams are returned in their order; `tee`: standard output is passed on and returned
 * @returns {Promise<{ code: number, output: string }>} code 127 when it could not be started, 128 when a signal ended it, 130 when
 *   this script had been told to stop before
 */
export function runGroup(program, args, { cwd, env = process.env, output: mode = 'inherit' } = {}) {
  if (interruptedBy !== undefined) return Promise.resolve({ code: 130, output: '' });
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env, detached: true, stdio: stdioOf(mode) });
    const group = child.pid;
    if (group !== undefined) liveGroups.add(group);
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      if (mode === 'tee') process.stdout.write(text);
      output += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', (error) => resolve({ code: 127, output: `${program} could not be started: ${error.message}\n` }));
    // 'close' waits for the pipes as well, which a leftover process would hold open: it is killed at 'exit'.
    child.once('exit', () => {
      if (group === undefined) return;
      signalGroup(group, 'SIGKILL');
      liveGroups.delete(group);
    });
    child.once('close', (code) => resolve({ code: code ?? 128, output }));
  });
}

/** @param {'inherit' | 'tee' | 'capture'} mode @returns {import('node:child_process').StdioOptions} */
function stdioOf(mode) {
  if (mode === 'inherit') return ['ignore', 'inherit', 'inherit'];
  return mode === 'tee' ? ['ignore', 'pipe', 'inherit'] : ['ignore', 'pipe', 'pipe'];
}

/** @param {NodeJS.Signals} signal */
function signalGroups(signal) {
  for (const group of liveGroups) signalGroup(group, signal);
}

/** @param {number} group @param {NodeJS.Signals} signal */
function signalGroup(group, signal) {
  try {
    process.kill(-group, signal);
  } catch {
    // The whole group has ended, which is what was wanted.
  }
}
