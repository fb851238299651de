import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { runProcess } from '../../platform/process.js';
import type { AgentDetection } from './agent.js';

/** Agents load a lot before they answer even this; slow machines take seconds. */
const VERSION_MS = 10_000;

export interface Probe {
  readonly name: string;
  readonly title: string;
  /** A program name for the PATH, or an absolute path. */
  readonly command: string;
  /** Absent: being there is all there is to know. */
  readonly versionArgs?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Looks for a program and asks for its version. Never rejects. */
export async function detectProgram(probe: Probe): Promise<AgentDetection> {
  const path = await findProgram(probe.command, probe.env['PATH'] ?? '');
  if (path === undefined) {
    return { name: probe.name, installed: false, problem: `${probe.title} is not installed: no program \`${probe.command}\` on the PATH.` };
  }
  if (probe.versionArgs === undefined) return { name: probe.name, installed: true, path };
  try {
    const result = await runProcess({ command: path, args: probe.versionArgs, cwd: '/', env: probe.env, timeoutMs: VERSION_MS, maxOutputBytes: 64 * 1024 });
    if (result.timedOut) return { name: probe.name, installed: true, path, problem: `\`${path}\` did not tell its version within ${VERSION_MS / 1_000} seconds.` };
    const version = versionIn(`${result.stdout.toString('utf8')}\n${result.stderr.toString('utf8')}`);
    if (result.code !== 0) return { name: probe.name, installed: true, path, problem: `\`${path} ${probe.versionArgs.join(' ')}\` failed with exit code ${String(result.code)}.` };
    return { name: probe.name, installed: true, path, ...(version === undefined ? {} : { version }) };
  } catch (error) {
    return { name: probe.name, installed: true, path, problem: `\`${path}\` could not be started: ${error instanceof Error ? error.message : String(error)}.` };
  }
}

/** The absolute path of an executable file, or `undefined`. Relative entries of the PATH are passed over: they would mean a file in the lane. */
async function findProgram(command: string, path: string): Promise<string | undefined> {
  if (isAbsolute(command)) return (await isExecutable(command)) ? command : undefined;
  if (command.includes('/')) return undefined;
  for (const folder of path.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const candidate = join(folder, command);
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

function versionIn(text: string): string | undefined {
  return /\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.-]+)?/.exec(text)?.[0];
}
