import { code, paragraphs, table } from './markdown.js';

/** What this page reads of a commander command. */
export interface CliCommand {
  readonly commands: readonly CliCommand[];
  name(): string;
  configureOutput(configuration: { writeOut(text: string): void; getOutHelpWidth(): number; getOutHasColors(): boolean }): unknown;
  outputHelp(): void;
}

export interface ExitClass {
  readonly code: number;
  readonly meaning: string;
}

const WIDTH = 110;

/** Every command's help as its user sees it, examples included: a second description would only be able to differ. */
export function cliPage(program: CliCommand, exits: readonly ExitClass[]): string {
  return paragraphs(
    '# The `maestro` command',
    section(program, ''),
    ...subcommands(program, program.name()).map(({ command, parent }) => section(command, parent)),
    '## Exit codes',
    table(
      ['code', 'meaning'],
      exits.map((exit) => [code(String(exit.code)), exit.meaning]),
    ),
  );
}

function subcommands(command: CliCommand, path: string): { command: CliCommand; parent: string }[] {
  return command.commands
    .filter((child) => child.name() !== 'help')
    .flatMap((child) => [{ command: child, parent: path }, ...subcommands(child, `${path} ${child.name()}`)]);
}

function section(command: CliCommand, parent: string): string {
  return paragraphs(`## ${code(`${parent} ${command.name()}`.trim())}`, `\`\`\`text\n${helpOf(command)}\n\`\`\``);
}

function helpOf(command: CliCommand): string {
  let help = '';
  command.configureOutput({
    writeOut(text) {
      help += text;
    },
    getOutHelpWidth: () => WIDTH,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return help.trim();
}
