import { Argument, CommanderError, InvalidArgumentError, Command as Parser, Option } from 'commander';
import type { HelpConfiguration } from 'commander';
import type { Perform } from './call.js';
import { unknownCommand } from './call.js';
import type { ArgumentSpec, Command, CommandLine, OptionSpec, Place } from './command.js';
import { InvalidInput } from './command.js';
import type { CommandFailure } from './failure.js';
import { failure } from './failure.js';
import type { CommandEntry, Lookup } from './registry.js';
import { SECTIONS, allCommands, isGroup, lookUp } from './registry.js';
import type { Terminal } from './terminal.js';

/** A list of commands has no room for their arguments, and of those that are not loaded they are not known. */
const NAMES_ONLY: HelpConfiguration = { subcommandTerm: (command) => command.name() };

/**
 * The command line as commander knows it. Commands that are in `loaded` are complete; of the others only name and summary are there,
 * which is all that a list needs.
 *
 * @param only the command or group that is called, where nothing else will be shown: to make the parsers of all takes longer than most of
 *   them run.
 */
export function buildProgram(loaded: ReadonlyMap<CommandEntry, Command>, perform: Perform, only?: string): Parser {
  const program = new Parser('maestro')
    .configureHelp(NAMES_ONLY)
    .description('Maestro turns a goal into merged code. This command connects machines, and plans, runs and steers their work.')
    .usage('[command] [options]')
    .helpCommand(false)
    .helpOption('-h, --help', 'Show this help')
    .option('-V, --version', 'Print the version')
    .addHelpText('after', '\nExamples:\n  maestro                  where you are, and what is next\n  maestro help plan show   help of one command\n\nManual: maestro help <command>');
  for (const { title, entries } of SECTIONS) {
    for (const entry of only === undefined ? entries : entries.filter(({ name }) => name === only)) {
      const parser = isGroup(entry) ? groupParser(entry.name, entry.summary, entry.commands, loaded, perform) : commandParser(entry, loaded.get(entry), perform);
      program.addCommand(parser.helpGroup(title));
    }
  }
  return program;
}

/** With every command complete, for the reference and for tests. */
export async function completeProgram(perform: Perform = () => Promise.resolve()): Promise<Parser> {
  const loaded = new Map<CommandEntry, Command>();
  for (const { entry } of allCommands()) loaded.set(entry, await entry.load());
  return buildProgram(loaded, perform);
}

function groupParser(name: string, summary: string, commands: readonly CommandEntry[], loaded: ReadonlyMap<CommandEntry, Command>, perform: Perform): Parser {
  const group = new Parser(name).configureHelp(NAMES_ONLY).description(summary).usage('<command> [options]').helpCommand(false).helpOption('-h, --help', 'Show this help');
  for (const entry of commands) group.addCommand(commandParser(entry, loaded.get(entry), perform));
  const [first] = commands;
  return group.addHelpText('after', `\nExample:\n  maestro help ${name} ${first?.name ?? ''}`);
}

function commandParser(entry: CommandEntry, command: Command | undefined, perform: Perform): Parser {
  const parser = new Parser(entry.name).summary(entry.summary).description(entry.summary).helpOption('-h, --help', 'Show this help').allowExcessArguments(false);
  if (command === undefined) return parser;
  if (command.details !== undefined) parser.description(`${entry.summary}.\n\n${command.details}`);
  for (const [name, spec] of Object.entries(command.arguments)) parser.addArgument(argumentOf(name, spec));
  const options = Object.entries(command.options).map(([key, spec]) => ({ key, spec, option: optionOf(spec) }));
  for (const { option } of options) parser.addOption(option);
  if (command.reports) parser.option('--json', 'Print the result as JSON');
  parser.option('--verbose', 'When something fails, show every cause');
  parser.addHelpText('after', `\n${command.examples.length === 1 ? 'Example' : 'Examples'}:\n${command.examples.map((example) => `  ${example}`).join('\n')}`);
  const names = Object.keys(command.arguments);
  return parser.action(async () => {
    const given = parser.opts<Record<string, unknown>>();
    const input = {
      ...Object.fromEntries(names.map((name, index) => [name, parser.processedArgs[index] as unknown])),
      ...Object.fromEntries(options.map(({ key, spec, option }) => [key, valueOf(spec, option, given)])),
    };
    await perform(command, input, { json: given['json'] === true, verbose: given['verbose'] === true });
  });
}

function argumentOf(name: string, spec: ArgumentSpec<unknown>): Argument {
  const shown = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const dots = spec.arity === 'many' || spec.arity === 'any' ? '...' : '';
  const argument = new Argument(spec.arity === 'maybe' || spec.arity === 'any' ? `[${shown}${dots}]` : `<${shown}${dots}>`, spec.description);
  return spec.choices === undefined ? argument : argument.choices([...spec.choices]);
}

function optionOf(spec: OptionSpec<unknown>): Option {
  const option = new Option(spec.flags, spec.description);
  if (spec.showsFallback === true && spec.fallback !== undefined) option.default(spec.fallback);
  if (spec.choices !== undefined && !spec.repeat) option.choices([...spec.choices]);
  const { parse } = spec;
  if (parse === undefined) return option;
  const read = (given: string): unknown => {
    try {
      return parse(given);
    } catch (error) {
      throw error instanceof InvalidInput ? new InvalidArgumentError(error.message) : error;
    }
  };
  return option.argParser((given: string, earlier: unknown) => (spec.repeat ? [...(Array.isArray(earlier) ? (earlier as unknown[]) : []), ...(read(given) as unknown[])] : read(given)));
}

function valueOf(spec: OptionSpec<unknown>, option: Option, given: Readonly<Record<string, unknown>>): unknown {
  const value = given[option.attributeName()];
  // Commander keeps `--no-x` as `x: true`, and turns it off; here the flag is named for what it does.
  if (option.negate) return value === false;
  return value ?? spec.fallback;
}

/** Performs what a command line calls, or shows the help that it asks for. @throws CommandFailure when it cannot be understood. */
export async function performLine(argv: readonly string[], called: Exclude<Lookup, { kind: 'unknown' }>, loaded: ReadonlyMap<CommandEntry, Command>, terminal: Terminal, perform: Perform): Promise<void> {
  const program = buildProgram(loaded, perform, called.kind === 'command' ? called.path[0] : undefined);
  for (const parser of [program, ...program.commands, ...program.commands.flatMap((command) => command.commands)]) {
    parser.exitOverride().configureOutput({ writeOut: (text) => terminal.out(text.replace(/\n$/, '')), writeErr: () => undefined });
  }
  try {
    // A group without a command is a question about it.
    await program.parseAsync(called.kind === 'group' && called.rest.length === 0 ? [...argv, '--help'] : [...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageFailure(error, called);
  }
}

function usageFailure(error: CommanderError, called: Lookup): CommandFailure {
  const [first = '', hint = ''] = error.message.replace(/^error: /, '').split('\n');
  const meant = /\(Did you mean (.+)\?\)/.exec(hint)?.[1];
  const path = called.kind === 'command' ? called.path.join(' ') : called.kind === 'group' ? called.group.name : '';
  const sentence = `${first.charAt(0).toUpperCase()}${first.slice(1).replaceAll("'", '"')}`;
  return failure('usage', /[.!?]$/.test(sentence) ? sentence : `${sentence}.`, ['maestro', path, meant ?? '--help'].filter((word) => word !== '').join(' '));
}

/** The help of the command that these words call; of a group, or of everything. */
async function helpOf(words: readonly string[], columns: number | undefined): Promise<string> {
  const called = lookUp(words);
  if (called.kind === 'unknown') throw unknownCommand(called);
  const loaded = new Map<CommandEntry, Command>();
  if (called.kind === 'command') loaded.set(called.entry, await called.entry.load());
  const program = buildProgram(loaded, () => Promise.resolve());
  const path = called.kind === 'command' ? called.path : called.kind === 'group' ? [called.group.name] : [];
  const parser = path.reduce((at, word) => at.commands.find((command) => command.name() === word) ?? at, program);
  let help = '';
  parser.configureOutput({ writeOut: (text) => void (help += text), getOutHasColors: () => false, getOutHelpWidth: () => columns ?? 100 });
  parser.outputHelp();
  return help.trimEnd();
}

export function commandLine(columns: number | undefined): CommandLine {
  return {
    helpOf: (words) => helpOf(words, columns),
    places: async () => placesOf(await completeProgram(), []),
  };
}

function placesOf(parser: Parser, path: readonly string[]): readonly Place[] {
  const commands = parser.commands.map((command) => ({ word: command.name(), summary: command.summary() === '' ? command.description() : command.summary() }));
  const values = (parser.registeredArguments[0]?.argChoices ?? []).map((word) => ({ word, summary: '' }));
  const options = parser.createHelp().visibleOptions(parser).flatMap((option) => {
    const takesValue = option.required || option.optional;
    return [option.short, option.long].flatMap((flag) => (flag === null || flag === undefined ? [] : [{ flag, summary: option.description, takesValue, values: option.argChoices ?? [] }]));
  });
  return [{ path, words: [...commands, ...values], options }, ...parser.commands.flatMap((command) => placesOf(command, [...path, command.name()]))];
}
