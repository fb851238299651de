import type { Command as Parser } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Command } from './command.js';
import { bareInput } from './call.js';
import { buildProgram, completeProgram } from './program.js';
import type { CommandEntry } from './registry.js';
import { ENTRIES, allCommands, isGroup, lookUp } from './registry.js';

/** Commands whose output is not a report about something; everything else must have `--json`. */
const NOT_REPORTS = ['plan export', 'mcp', 'completion', 'help'];

const commands = allCommands().map(({ path, entry }) => ({ name: path.join(' '), path, entry }));
const loaded = new Map<CommandEntry, Command>();

beforeAll(async () => {
  for (const { entry } of commands) loaded.set(entry, await entry.load());
});

function specOf(entry: CommandEntry): Command {
  const command = loaded.get(entry);
  if (command === undefined) throw new Error(`not loaded: ${entry.name}`);
  return command;
}

/** The words of an example, as a shell would read it, from `maestro` to the first thing that is the shell's own. */
function wordsOf(example: string): string[] {
  const words = [...example.matchAll(/(?:[^\s'"]|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, double: string | undefined, single: string | undefined) => double ?? single ?? ''));
  const from = words.findIndex((word) => word === 'maestro' || word === '<(maestro');
  const rest = words.slice(from + 1).map((word) => word.replace(/\)$/, ''));
  const end = rest.findIndex((word) => ['|', '<', '>'].includes(word));
  return end === -1 ? rest : rest.slice(0, end);
}

describe.each(commands)('maestro $name', ({ name, path, entry }) => {
  it('says what it does, in one line and in more', () => {
    expect(entry.summary).toMatch(/^[A-Z].{8,58}[^.\s]$/);
    expect(specOf(entry).details).toMatch(/^[A-Z"].*\.$/s);
  });

  it('has examples that can be typed', async () => {
    for (const example of specOf(entry).examples) {
      const words = wordsOf(example);
      expect(words.slice(0, path.length)).toEqual(path);
      let performed: Command | undefined;
      const program = buildProgram(loaded, (command) => {
        performed = command;
        return Promise.resolve();
      });
      for (const parser of [program, ...program.commands, ...program.commands.flatMap((command) => command.commands)]) parser.exitOverride().configureOutput({ writeErr: () => undefined });
      await program.parseAsync(words, { from: 'user' });
      expect(performed, example).toBe(specOf(entry));
    }
  });

  it('gets from a line without input what the parser would make of it', async () => {
    for (const rest of [[], ['--json']]) {
      const bare = bareInput(specOf(entry), rest);
      if (bare === undefined) continue;
      let parsed: unknown;
      const program = buildProgram(loaded, (command, input, common) => {
        parsed = { command, input, common };
        return Promise.resolve();
      }, path[0]);
      await program.parseAsync([...path, ...rest], { from: 'user' });
      expect(parsed).toEqual({ command: specOf(entry), ...bare });
    }
  });

  it('has --json where it reports', () => {
    expect(specOf(entry).reports).toBe(!NOT_REPORTS.includes(name));
  });

  it('describes every argument and option', () => {
    const spec = specOf(entry);
    for (const { description } of [...Object.values(spec.arguments), ...Object.values(spec.options)]) expect(description).toMatch(/^[A-Z-].*[^.\s]$/s);
  });
});

describe('the tree of commands', () => {
  it('has each name once', () => {
    const names = commands.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(ENTRIES.map((entry) => entry.name)).size).toBe(ENTRIES.length);
  });

  it('calls the same option by the same name, with the same words, everywhere', () => {
    const seen = new Map<string, Set<string>>();
    for (const { entry } of commands) {
      for (const { flags, description } of Object.values(specOf(entry).options)) {
        if (!['--project', '-f,'].includes(flags.split(' ')[0] ?? '')) continue;
        seen.set(flags, (seen.get(flags) ?? new Set()).add(description));
      }
    }
    expect([...seen].map(([flags, texts]) => [flags, texts.size])).toEqual([['--project <key>', 1], ['-f, --follow', 1]]);
  });

  it('is complete for the reference: every parser has a help with its examples', async () => {
    const program = await completeProgram();
    const parsers: Parser[] = [program, ...program.commands, ...program.commands.flatMap((command) => command.commands)];
    expect(parsers).toHaveLength(1 + ENTRIES.length + ENTRIES.filter(isGroup).flatMap((group) => group.commands).length);
    for (const parser of parsers) {
      let help = '';
      parser.configureOutput({ writeOut: (text) => void (help += text) });
      parser.outputHelp();
      expect(help).toMatch(/\nExamples?:\n {2}maestro|\nExamples?:\n {2}\S.*maestro/);
    }
  });
});

describe('looking a command up', () => {
  it.each([
    [[], 'root'],
    [['--version'], 'root'],
    [['plan'], 'group'],
    [['plan', '--help'], 'group'],
    [['plan', 'import', 'x.yaml'], 'command'],
    [['status', '--json'], 'command'],
    [['nope'], 'unknown'],
    [['plan', 'nope'], 'unknown'],
  ])('%j is %s', (argv, kind) => {
    expect(lookUp(argv).kind).toBe(kind);
  });
});
