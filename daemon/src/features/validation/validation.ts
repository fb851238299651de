import type { ValidationCommand } from '@maestro/protocol';
import { runProcess, ProcessStartError } from '../../platform/process.js';

export interface CommandPlace {
  /** Where the commands run: a lane, or a checkout of a merge result. */
  readonly cwd: string;
  /** The whole environment; made from the allow-list of agents, because what runs here is the repository's code. */
  readonly env: Readonly<Record<string, string>>;
  readonly marker: string;
  readonly signal: AbortSignal;
  /** Told of each command when it begins and ends. */
  readonly onProgress: (progress: Readonly<Record<string, unknown>>) => void;
}

export type Validated =
  | { readonly ok: true }
  | { readonly ok: false; readonly name: string; readonly command: string; readonly output: string; readonly timedOut: boolean };

/** Characters of output that a person or an agent may get to see; the end says why it failed. */
const MOST_OUTPUT = 60_000;
const READ_BYTES = 1024 * 1024;

/** Runs the commands in their order, up to the first that does not end with 0. Nothing of them lives on. */
export async function runValidation(commands: readonly ValidationCommand[], place: CommandPlace): Promise<Validated> {
  for (const command of commands) {
    const result = await runCommand(command, place);
    if (!result.ok) return result;
  }
  return { ok: true };
}

async function runCommand(validation: ValidationCommand, place: CommandPlace): Promise<Validated> {
  const [program = '', ...args] = validation.command;
  const shown = validation.command.join(' ').slice(0, 200);
  place.onProgress({ command: validation.name, state: 'started' });
  const failed = (output: string, timedOut: boolean): Validated => {
    place.onProgress({ command: validation.name, state: 'failed', timedOut, output: output.slice(-4_000) });
    return { ok: false, name: validation.name, command: shown, output, timedOut };
  };
  try {
    const result = await runProcess({
      command: program,
      args,
      cwd: place.cwd,
      env: { ...place.env, CI: 'true' },
      // A marker below the run's: what left the command's group is swept when it ends, and an agent that lives between its turns is not.
      marker: `${place.marker}/validation`,
      timeoutMs: validation.timeoutSeconds * 1_000,
      maxOutputBytes: READ_BYTES,
      signal: place.signal,
    });
    const output = joined(result.stdout.toString('utf8'), result.stderr.toString('utf8'));
    if (result.code !== 0 || result.timedOut) return failed(output, result.timedOut);
    place.onProgress({ command: validation.name, state: 'passed' });
    return { ok: true };
  } catch (error) {
    if (error instanceof ProcessStartError) return failed(`${error.message}. Install it on this machine, or change the project's validation commands.`, false);
    throw error;
  }
}

function joined(stdout: string, stderr: string): string {
  const text = [stdout.trimEnd(), stderr.trimEnd()].filter((part) => part !== '').join('\n');
  return text.length <= MOST_OUTPUT ? text : `… ${text.length - MOST_OUTPUT} characters before …\n${text.slice(-MOST_OUTPUT)}`;
}
