import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { readSettings } from '../config/settings.js';
import { systemClock } from '../platform/clock.js';
import { ownFile } from '../platform/own-files.js';
import type { Perform } from './call.js';
import { bareInput, runCommand, unknownCommand } from './call.js';
import type { Command, CommandLine, World } from './command.js';
import type { ExitName } from './exit-codes.js';
import { exitCode } from './exit-codes.js';
import { CommandFailure } from './failure.js';
import type { CommandEntry } from './registry.js';
import { lookUp } from './registry.js';
import type { Terminal } from './terminal.js';
import { terminalOf } from './terminal.js';

/** The longest interval that timers take. */
const LONGEST_MS = 2 ** 31 - 1;

/** The process: reads the surroundings, runs one command line, and ends with its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const settings = readSettings();
  const terminal = terminalOf(process, { noColor: settings.noColor, dumb: settings.dumbTerminal });
  const interrupt = new AbortController();
  // Whoever reads may leave first, as `head` does; that is not a failure.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? exitCode('done') : exitCode('failed')));
  let ownsInterrupt = false;
  const stop = (why: string): void => {
    if (!ownsInterrupt || interrupt.signal.aborted) process.exit(exitCode('interrupted'));
    interrupt.abort(why);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
  // Once: what ends in order after the leash broke is not hurried by it again.
  if (settings.leashFd > 0) new Socket({ fd: settings.leashFd }).on('error', () => undefined).on('close', () => interrupt.signal.aborted || stop('leash')).resume().unref();
  const version = readVersion();
  // Timers of the clock keep no process alive, and a process that has nothing else left ends with 0, in the middle of what it waits for.
  setInterval(() => undefined, LONGEST_MS);
  const exit = await runLine(argv, terminal, (command, common) => {
    ownsInterrupt = command.ownsInterrupt;
    return { terminal, settings, clock: systemClock(), cwd: process.cwd(), version, commandLine: lineOf(terminal), json: common.json, interrupt: interrupt.signal };
  });
  // Idle sockets of the HTTP client would hold the process for seconds.
  process.exit(exitCode(exit));
}

/** Runs one command line. Never rejects: whatever happens is told on `terminal` and is in the answer. */
export async function runLine(argv: readonly string[], terminal: Terminal, worldFor: (command: Command, common: { readonly json: boolean }) => World): Promise<ExitName> {
  const words = withoutLeading(argv, '--verbose');
  try {
    return await perform(words, terminal, worldFor);
  } catch (error) {
    return tell(error, terminal, argv.includes('--verbose'));
  }
}

async function perform(argv: readonly string[], terminal: Terminal, worldFor: (command: Command, common: { readonly json: boolean }) => World): Promise<ExitName> {
  const called = lookUp(argv);
  if (called.kind === 'unknown') throw unknownCommand(called);
  if (called.kind === 'root' && argv.length === 0) return runAlone(worldFor);
  if (called.kind === 'root' && (argv.includes('--version') || argv.includes('-V'))) {
    terminal.out(readVersion());
    return 'done';
  }
  if (called.kind === 'root' && argv[0] === '--json') return runAlone(worldFor, true);
  let exit: ExitName = 'done';
  const act: Perform = async (command, input, common) => {
    const report = await runCommand(command, worldFor(command, common), input);
    exit = report?.exit ?? 'done';
  };
  const loaded = new Map<CommandEntry, Command>();
  if (called.kind === 'command') {
    const command = await called.entry.load();
    const bare = bareInput(command, called.rest);
    if (bare !== undefined) {
      await act(command, bare.input, bare.common);
      return exit;
    }
    loaded.set(called.entry, command);
  }
  const { performLine } = await import('./program.js');
  await performLine(argv, called, loaded, terminal, act);
  return exit;
}

/** `maestro` alone. */
async function runAlone(worldFor: (command: Command, common: { readonly json: boolean }) => World, json = false): Promise<ExitName> {
  const { whereAmI } = await import('./where-am-i.js');
  const report = await runCommand(whereAmI, worldFor(whereAmI, { json }), {});
  return report?.exit ?? 'done';
}

/** Loaded by the few commands that are about the command line. */
function lineOf({ columns }: Terminal): CommandLine {
  const line = async () => (await import('./program.js')).commandLine(columns);
  return { helpOf: async (words) => (await line()).helpOf(words), places: async () => (await line()).places() };
}

async function tell(error: unknown, terminal: Terminal, verbose: boolean): Promise<ExitName> {
  if (error instanceof CommandFailure) return show(error, terminal, verbose);
  const { explain } = await import('./explain.js');
  return show(explain(error), terminal, verbose);
}

function show(told: CommandFailure, terminal: Terminal, verbose: boolean): ExitName {
  for (const sentence of told.sentences) terminal.err(`error: ${oneLine(sentence)}`);
  if (verbose) for (const cause of causesOf(told)) terminal.err(`cause: ${oneLine(cause)}`);
  terminal.err(`try: ${oneLine(told.remedy)}`);
  return told.exit;
}

function causesOf(error: Error): readonly string[] {
  const causes: string[] = [];
  for (let cause = error.cause; cause instanceof Error && causes.length < 10; cause = cause.cause) causes.push(`${cause.name}: ${cause.message}`);
  return causes;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').trim();
}

function withoutLeading(argv: readonly string[], option: string): readonly string[] {
  return argv[0] === option ? argv.slice(1) : argv;
}

function readVersion(): string {
  const manifest = JSON.parse(readFileSync(ownFile('package.json'), 'utf8')) as { version: string };
  return manifest.version;
}
