import type { Command, Report, World } from './command.js';
import type { CommandFailure } from './failure.js';
import { failure } from './failure.js';
import { nearest } from './nearest.js';
import type { Lookup } from './registry.js';

/** What to do with the command that was called. */
export type Perform = (command: Command, input: Readonly<Record<string, unknown>>, common: CommonOptions) => Promise<void>;

export interface CommonOptions {
  readonly json: boolean;
  readonly verbose: boolean;
}

/**
 * The input of a command line that is the command alone, or the command and `--json`: exactly what the parser would make of it, without
 * loading the parser, which takes longer than such a command runs. Undefined: the line is for the parser.
 */
export function bareInput(command: Command, rest: readonly string[]): { readonly input: Readonly<Record<string, unknown>>; readonly common: CommonOptions } | undefined {
  const json = rest.length === 1 && rest[0] === '--json' && command.reports;
  if (rest.length > 0 && !json) return undefined;
  const args = Object.entries(command.arguments);
  if (args.some(([, { arity }]) => arity === 'one' || arity === 'many')) return undefined;
  const input = {
    ...Object.fromEntries(args.map(([name, { arity }]) => [name, arity === 'any' ? [] : undefined])),
    ...Object.fromEntries(Object.entries(command.options).map(([name, { fallback }]) => [name, fallback])),
  };
  return { input, common: { json, verbose: false } };
}

export function unknownCommand({ word, below, known }: Extract<Lookup, { kind: 'unknown' }>): CommandFailure {
  const line = ['maestro', ...below];
  return failure('usage', `There is no command "${[...below, word].join(' ')}".`, [...line, nearest(word, known) ?? '--help'].join(' '));
}

/** Runs a command and prints what it reports. */
export async function runCommand(command: Command, world: World, input: Readonly<Record<string, unknown>>): Promise<Report | undefined> {
  const report = await command.run(world, input);
  if (report === undefined) return undefined;
  if (world.json && report.json === undefined) return report;
  if (world.json) world.terminal.out(JSON.stringify(report.json, undefined, 2));
  else if (report.text !== '') world.terminal.out(report.text);
  return report;
}
