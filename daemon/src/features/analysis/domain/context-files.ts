import type { ContextFileName, RepositoryReport } from '@maestro/protocol';

export interface ContextText {
  readonly name: ContextFileName;
  readonly text: string;
}

/**
 * What people and agents read first about a repository, as Markdown. Made of the report alone, without times and without the commit, so
 * that an analysis that finds the same makes no new version.
 */
export function contextFiles(project: string, report: RepositoryReport): readonly ContextText[] {
  return [
    { name: 'codebase', text: codebase(project, report) },
    { name: 'workflow', text: workflow(project, report) },
    { name: 'notes', text: notes(project, report) },
  ];
}

function codebase(project: string, { files, languages, frameworks, packages, entryPoints, graph, artifacts }: RepositoryReport): string {
  return page(`The code of ${project}`, [
    `${files} files, of which ${graph.files} were parsed; ${artifacts} artifacts in the catalog.`,
    section('Languages', languages.map(({ name, files: count, lines }) => `${name}: ${count} files, ${lines} lines`)),
    section('Frameworks', frameworks.map(({ name, because }) => `${name} (${inline(because)})`)),
    section('Packages', packages.map(({ name, path, manager, version, dependencies }) => `${inline(name)}${version === '' ? '' : ` ${inline(version)}`}: ${manager}, ${inline(path)}, ${dependencies} dependencies`)),
    section('Entry points', entryPoints.map(({ path, because }) => `${inline(path)}: ${inline(because)}`)),
    section('Most imported files', graph.hubs.slice(0, 20).map(({ path, count }) => `${inline(path)}: by ${count} files`)),
    section('Most imported packages', graph.packages.slice(0, 20).map(({ name, count }) => `${inline(name)}: by ${count} files`)),
  ]);
}

function workflow(project: string, { commands, frameworks, packages }: RepositoryReport): string {
  const tools = frameworks.filter(({ name }) => TOOLS.has(name));
  return page(`Working on ${project}`, [
    section('Commands', commands.map(({ name, command, path }) => `${inline(name)}: ${inline(command)} (${inline(path)})`)),
    section('Package managers', [...new Set(packages.map(({ manager }) => manager))].sort()),
    section('Tests and tools', tools.map(({ name, because }) => `${name} (${inline(because)})`)),
  ]);
}

const TOOLS: ReadonlySet<string> = new Set([
  'Vitest', 'Jest', 'Mocha', 'AVA', 'tap', 'Playwright', 'Cypress', 'pytest', 'tox', 'unittest', 'Testify', "Go's testing", 'JUnit', 'PHPUnit', 'RSpec', 'xUnit', 'NUnit', 'node:test', 'Vite', 'webpack', 'Rollup',
  'esbuild', 'Turborepo', 'Nx', 'ESLint', 'Docker', 'Docker Compose', 'Helm', 'GitHub Actions', 'GitLab CI', 'Terraform', 'CMake', 'Autotools', 'Meson',
]);

function notes(project: string, { graph, skipped, churn, churnCommits }: RepositoryReport): string {
  return page(`Notes on ${project}`, [
    section(`Changed most often in the last ${churnCommits} commits`, churn.slice(0, 20).map(({ path, commits }) => `${inline(path)}: in ${commits}`)),
    section('Files that import each other', graph.cycles.map((cycle) => cycle.map(inline).join(', '))),
    section(`Imports that lead nowhere (${graph.unresolvedCount})`, graph.unresolved.slice(0, 20).map(({ path, specifier }) => `${inline(path)}: ${inline(specifier)}`)),
    section('Not read', skipped.map(({ name, count }) => `${name}: ${count}`)),
  ]);
}

function page(title: string, parts: readonly string[]): string {
  return `# ${title}\n\n${parts.filter((part) => part !== '').join('\n\n')}\n`.slice(0, 100_000);
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `## ${title}\n\n${lines.map((line) => `- ${line}`).join('\n')}`;
}

/** Names of the repository stand in a text that agents read: on one line, without control, and without a way to look like a heading. */
function inline(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028\u2029\u2060\ufeff\u202a-\u202e\u2066-\u2069]+/g, ' ').slice(0, 400);
}

const LONGEST_SUMMARY = 8_000;

/** Adds what an agent wrote to the notes: quoted, and with its name, because nobody has checked it. */
export function withSummary(files: readonly ContextText[], { agent, text }: { readonly agent: string; readonly text: string }): readonly ContextText[] {
  const quoted = text.trim().slice(0, LONGEST_SUMMARY).split('\n').map((line) => `> ${inline(line)}`.trimEnd()).join('\n');
  return files.map((file) => (file.name === 'notes' ? { ...file, text: `${file.text}\n## As the agent ${inline(agent)} read it\n\n${quoted}\n`.slice(0, 100_000) } : file));
}
