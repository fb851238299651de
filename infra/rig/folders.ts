import { fileURLToPath } from 'node:url';

// This file runs as infra/dist/rig/folders.js, and under vitest as infra/rig/folders.ts.
const here = new URL(import.meta.url).pathname.includes('/infra/dist/') ? '../../../' : '../../';

/** The checkout. */
export const ROOT = fileURLToPath(new URL(here, import.meta.url));
export const STUDIO_MAIN = `${ROOT}studio/dist/main.js`;
export const MAESTRO = `${ROOT}daemon/bin/maestro.js`;

/**
 * What a program that we start gets of our environment: enough to find programs and a terminal, nothing that could change what it does
 * or point it at the user's own machine.
 */
export function plainEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TERM', 'TMPDIR', 'TZ', 'USER', 'SHELL', 'NO_COLOR', 'SSH_AUTH_SOCK'];
  const own = kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  return { ...Object.fromEntries(own), ...more };
}

/**
 * The user's own environment, for agents that find their keys and settings there; the daemon hands each of them only what it reads. Left
 * out is what is about this very command: npm's variables, and settings of a Maestro that the user may run besides.
 */
export function userEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name, value]) => value !== undefined && (name === 'MAESTRO_REHEARSAL' || !/^(?:MAESTRO_|npm_|NODE_OPTIONS$|INIT_CWD$|GIT_)/i.test(name)));
  return Object.fromEntries(entries) as Record<string, string>;
}
