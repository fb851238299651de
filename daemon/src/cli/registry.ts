import type { Command } from './command.js';

/**
 * The tree of commands. Each command is one file, loaded when it is called or asked for its help: `maestro --help` reads only what stands
 * here, and no command waits for the libraries of another.
 */

export interface CommandEntry {
  readonly name: string;
  /** One line, as the list of commands shows it. */
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly CommandEntry[];
}

export interface Section {
  readonly title: string;
  readonly entries: readonly (CommandEntry | CommandGroup)[];
}

export const SECTIONS: readonly Section[] = [
  {
    title: 'This machine:',
    entries: [
      { name: 'auth', summary: 'Sign this machine in at a studio with an invite', load: async () => (await import('./commands/auth.js')).auth },
      { name: 'connect', summary: 'Connect this machine to the project of this folder, and take work', load: async () => (await import('./commands/connect.js')).connect },
      { name: 'disconnect', summary: 'Leave a project, or all of them', load: async () => (await import('./commands/disconnect.js')).disconnect },
      { name: 'status', summary: 'What is connected from here, and what runs', load: async () => (await import('./commands/status.js')).status },
    ],
  },
  {
    title: 'Work:',
    entries: [
      {
        name: 'plan',
        summary: 'Make, run and look at plans',
        commands: [
          { name: 'import', summary: 'Make a plan from a file', load: async () => (await import('./commands/plan/import.js')).planImport },
          { name: 'show', summary: 'Show a plan with its tasks', load: async () => (await import('./commands/plan/show.js')).planShow },
        ],
      },
    ],
  },
];

export const ENTRIES: readonly (CommandEntry | CommandGroup)[] = SECTIONS.flatMap((section) => section.entries);

export function isGroup(entry: CommandEntry | CommandGroup): entry is CommandGroup {
  return 'commands' in entry;
}

/** Every command with the words that call it. */
export function allCommands(): readonly { readonly path: readonly string[]; readonly entry: CommandEntry }[] {
  return ENTRIES.flatMap((entry) => (isGroup(entry) ? entry.commands.map((child) => ({ path: [entry.name, child.name], entry: child })) : [{ path: [entry.name], entry }]));
}

export type Lookup =
  /** Nothing was named: `maestro` alone, or only options. */
  | { readonly kind: 'root' }
  | { readonly kind: 'group'; readonly group: CommandGroup; readonly rest: readonly string[] }
  | { readonly kind: 'command'; readonly path: readonly string[]; readonly entry: CommandEntry; readonly rest: readonly string[] }
  /** `known` are the words that could have stood there. */
  | { readonly kind: 'unknown'; readonly word: string; readonly below: readonly string[]; readonly known: readonly string[] };

/** Which command a command line calls; `rest` is what is left for its own parser. */
export function lookUp(argv: readonly string[]): Lookup {
  const [word, ...rest] = argv;
  if (word === undefined || word.startsWith('-')) return { kind: 'root' };
  const entry = ENTRIES.find((each) => each.name === word);
  if (entry === undefined) return { kind: 'unknown', word, below: [], known: ENTRIES.map((each) => each.name) };
  if (!isGroup(entry)) return { kind: 'command', path: [word], entry, rest };
  const [second, ...others] = rest;
  if (second === undefined || second.startsWith('-')) return { kind: 'group', group: entry, rest };
  const child = entry.commands.find((each) => each.name === second);
  if (child === undefined) return { kind: 'unknown', word: second, below: [word], known: entry.commands.map((each) => each.name) };
  return { kind: 'command', path: [word, second], entry: child, rest: others };
}
