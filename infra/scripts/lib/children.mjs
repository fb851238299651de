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
 * Runs a program with this script's output streams and no input. What it leaves in its group is killed when it ends.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onStdout?: (text: string) => void }} [options] with `onStdout`, the
 *   program's output is passed through and handed over as well
 * @returns {Promise<{ code: number }>} 127 when it could not be started, 128 when a signal ended it
 */
export function runGroup(program, args, options = {}) {
  if (interruptedBy !== undefined) return Promise.resolve({ code: 130 });
  const { cwd, env, onStdout } = options;
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env: env ?? process.env, detached: true, stdio: ['ignore', onStdout === undefined ? 'inherit' : 'pipe', 'inherit'] });
    const group = child.pid;
    if (group !== undefined) liveGroups.add(group);
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      process.stdout.write(text);
      onStdout?.(text);
    });
    child.once('error', (error) => {
      process.stderr.write(`${program} could not be started: ${error.message}\n`);
      resolve({ code: 127 });
    });
    // 'close' waits for the pipe as well, which a leftover process would hold open: it is killed at 'exit'.
    child.once('exit', () => {
      if (group === undefined) return;
      signalGroup(group, 'SIGKILL');
      liveGroups.delete(group);
    });
    child.once('close', (code) => resolve({ code: code ?? 128 }));
  });
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
