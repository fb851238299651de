import type { Settings } from '../config/settings.js';
import type { Clock } from '../platform/clock.js';
import type { ExitName } from './exit-codes.js';
import type { Terminal } from './terminal.js';

/**
 * A command of the command line, as data: what it takes, what it says about itself, and what it does. The parser, the help, shell
 * completion and the generated reference are all made from this.
 */

/** A value that an option does not take. The message is a sentence: what it takes instead. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
}

/** What a command works with. */
export interface World {
  readonly terminal: Terminal;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly cwd: string;
  readonly version: string;
  /** The command line itself, for commands that are about it. */
  readonly commandLine: CommandLine;
  /** The result is for a program. */
  readonly json: boolean;
  /** Aborted by Ctrl-C and its like; the reason is the signal's name. Only commands with `ownsInterrupt` hear of it; the others just end. */
  readonly interrupt: AbortSignal;
}

export interface CommandLine {
  /** Help of the command that these words call, or of everything. Rejects with `CommandFailure` when there is no such command. */
  helpOf(words: readonly string[]): Promise<string>;
  /** Every place in the tree of commands, with what may be typed there. */
  places(): Promise<readonly Place[]>;
}

/** What may be typed after some words. */
export interface Place {
  /** The words before: none, a group, or a command. */
  readonly path: readonly string[];
  /** Commands that may follow, and values of an argument that has a closed set of them. */
  readonly words: readonly { readonly word: string; readonly summary: string }[];
  readonly options: readonly { readonly flag: string; readonly summary: string; readonly takesValue: boolean; readonly values: readonly string[] }[];
}

/** A result, as a program and as a person reads it. */
export interface Report {
  /** Printed with `--json`: the protocol's own shapes wherever there is one. Absent: the command has printed by itself as things happened. */
  readonly json: unknown;
  /** Printed otherwise. An empty text prints nothing. */
  readonly text: string;
  /** Default `done`. For commands whose finding is their exit code, such as `doctor`. */
  readonly exit?: ExitName;
}

export interface OptionSpec<T> {
  /** As commander reads them, such as `-f, --follow` or `--capacity <n>`. */
  readonly flags: string;
  readonly description: string;
  readonly repeat: boolean;
  readonly choices?: readonly string[];
  /** Of one value. Throws {@link InvalidInput}. */
  readonly parse?: (text: string) => unknown;
  /** The value when it is not given. */
  readonly fallback: T;
  /** Whether the help shows the fallback. */
  readonly showsFallback?: boolean;
}

export interface ArgumentSpec<T> {
  readonly arity: 'one' | 'maybe' | 'many' | 'any';
  readonly description: string;
  readonly choices?: readonly string[];
  /** Of its type only. */
  readonly fallback?: T;
}

type Values<S> = { readonly [K in keyof S]: S[K] extends OptionSpec<infer T> ? T : S[K] extends ArgumentSpec<infer T> ? T : never };
type Arguments = Readonly<Record<string, ArgumentSpec<unknown>>>;
type Options = Readonly<Record<string, OptionSpec<unknown>>>;

export interface CommandSpec<A extends Arguments, O extends Options> {
  /** More than the registry's summary: when to use it, what it does not do. */
  readonly details?: string;
  readonly arguments?: A;
  readonly options?: O;
  /** Whole command lines, the most usual first. */
  readonly examples: readonly [string, ...string[]];
  /** Has `--json`. */
  readonly reports: boolean;
  readonly ownsInterrupt?: boolean;
  run(world: World, input: Values<A> & Values<O>): Promise<Report | undefined>;
}

/** A command whose inputs' types are forgotten: what the registry holds. */
export interface Command {
  readonly details?: string;
  readonly arguments: Arguments;
  readonly options: Options;
  readonly examples: readonly string[];
  readonly reports: boolean;
  readonly ownsInterrupt: boolean;
  run(world: World, input: Readonly<Record<string, unknown>>): Promise<Report | undefined>;
}

export function defineCommand<const A extends Arguments = {}, const O extends Options = {}>(spec: CommandSpec<A, O>): Command {
  const { details, reports, ownsInterrupt = false, examples } = spec;
  return {
    ...(details === undefined ? {} : { details }),
    arguments: spec.arguments ?? {},
    options: spec.options ?? {},
    examples,
    reports,
    ownsInterrupt,
    // The parser fills exactly what `arguments` and `options` declare, which is what the types were made from.
    run: (world, input) => spec.run(world, input as Values<A> & Values<O>),
  };
}

export const required = (description: string): ArgumentSpec<string> => ({ arity: 'one', description });
export const optional = (description: string): ArgumentSpec<string | undefined> => ({ arity: 'maybe', description });
export const words = (description: string): ArgumentSpec<readonly string[]> => ({ arity: 'many', description });
export const anyWords = (description: string): ArgumentSpec<readonly string[]> => ({ arity: 'any', description });
export function oneOf<const C extends readonly string[]>(choices: C, description: string): ArgumentSpec<C[number]> {
  return { arity: 'one', choices, description };
}

export const flag = (flags: string, description: string): OptionSpec<boolean> => ({ flags, description, repeat: false, fallback: false });
export const text = (flags: string, description: string): OptionSpec<string | undefined> => ({ flags, description, repeat: false, fallback: undefined });

export function choice<const C extends readonly string[]>(flags: string, choices: C, description: string): OptionSpec<C[number] | undefined>;
export function choice<const C extends readonly string[]>(flags: string, choices: C, description: string, fallback: C[number]): OptionSpec<C[number]>;
export function choice(flags: string, choices: readonly string[], description: string, fallback?: string): OptionSpec<string | undefined> {
  return { flags, choices, description, repeat: false, fallback, showsFallback: true };
}

export function integer(flags: string, limits: { readonly min: number; readonly max: number }, description: string): OptionSpec<number | undefined>;
export function integer(flags: string, limits: { readonly min: number; readonly max: number }, description: string, fallback: number): OptionSpec<number>;
export function integer(flags: string, { min, max }: { readonly min: number; readonly max: number }, description: string, fallback?: number): OptionSpec<number | undefined> {
  const parse = (given: string) => {
    const value = /^-?\d{1,9}$/.test(given) ? Number(given) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidInput(`A whole number from ${min} to ${max}.`);
  };
  return { flags, description, repeat: false, parse, fallback, showsFallback: fallback !== undefined };
}

/** May be given several times, and several at once with commas between. */
export function list(flags: string, description: string, choices?: readonly string[]): OptionSpec<readonly string[]> {
  const parse = (given: string) => {
    const parts = given.split(',').map((part) => part.trim()).filter((part) => part !== '');
    const wrong = choices === undefined ? undefined : parts.find((part) => !choices.includes(part));
    if (wrong !== undefined) throw new InvalidInput(`Allowed: ${choices?.join(', ') ?? ''}.`);
    return parts;
  };
  return { flags, description, repeat: true, parse, fallback: [], ...(choices === undefined ? {} : { choices }) };
}

/** For values with a grammar of their own; `read` gives the value or what is wrong with the text. */
export function parsed<T>(flags: string, description: string, read: (given: string) => { readonly ok: true; readonly value: readonly T[] } | { readonly ok: false; readonly message: string }): OptionSpec<readonly T[]> {
  const parse = (given: string) => {
    const reading = read(given);
    if (!reading.ok) throw new InvalidInput(`${reading.message.charAt(0).toUpperCase()}${reading.message.slice(1)}.`);
    return reading.value;
  };
  return { flags, description, repeat: true, parse, fallback: [] };
}
