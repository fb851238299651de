import { constants, accessSync, readFileSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { isUnmarked, withMark } from './lasting-mark.js';

/** A program to start. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

let prlimit: string | null | undefined;

/**
 * The command with a lasting mark where this system can give one, else as it is. As it is too when there is no such program: only the
 * system's own answer to starting it says why.
 */
export function markedCommand(spec: Command, marker: string | undefined): Pick<Command, 'command' | 'args'> {
  prlimit ??= findPrlimit();
  return marker === undefined || prlimit === null || !isThere(spec) ? spec : withMark(prlimit, marker, spec.command, spec.args);
}

/** util-linux, so on nearly every Linux. A daemon that was itself started by an agent of another has a mark already, and gives none. */
function findPrlimit(): string | null {
  try {
    if (!isUnmarked(readFileSync('/proc/self/limits', 'latin1'))) return null;
  } catch {
    return null;
  }
  return ['/usr/bin/prlimit', '/bin/prlimit'].find(isProgram) ?? null;
}

/** Whether the system will find the program where it looks for it. */
function isThere({ command, cwd, env }: Command): boolean {
  if (!isFolder(cwd)) return false;
  if (command.includes('/')) return isProgram(isAbsolute(command) ? command : resolve(cwd, command));
  return (env['PATH'] ?? '').split(delimiter).some((folder) => folder !== '' && isProgram(join(resolve(cwd, folder), command)));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
