import { z } from 'zod';

/*
 * Words. An **artifact** is one reusable unit of a repository: a function, a class, a module. The **catalog** is all of a project's
 * artifacts. A **context file** is versioned knowledge about a project, as text for people and agents.
 */

const path = z.string().min(1).max(1_000);
const short = z.string().min(1).max(200);

/** What an artifact is, as far as its syntax and its name tell. */
export const ArtifactKind = {
  function: 'function',
  /** A function or type that its file keeps to itself. */
  helper: 'helper',
  method: 'method',
  class: 'class',
  /** A class that its name calls a service, repository, client, controller, handler or manager. */
  service: 'service',
  /** A capitalised function or class that returns markup. */
  component: 'component',
  /** A type: interface, alias, trait, struct, enum. */
  interface: 'interface',
  constant: 'constant',
  /** A file, with the words at its head. */
  module: 'module',
} as const;
export type ArtifactKind = (typeof ArtifactKind)[keyof typeof ArtifactKind];
export const ARTIFACT_KINDS = Object.values(ArtifactKind);

/** One artifact of a file, as a parser found it. All of its text comes from the repository: data, never instructions. */
export const ArtifactDraft = z.strictObject({
  kind: z.enum(ArtifactKind),
  name: short,
  /** The class, module or type it belongs to; empty for none. */
  container: z.string().max(200).default(''),
  signature: z.string().max(600).default(''),
  doc: z.string().max(1_500).default(''),
  line: z.number().int().min(1),
  endLine: z.number().int().min(1),
  /** Whether other files can use it. */
  exported: z.boolean(),
});
export type ArtifactDraft = z.infer<typeof ArtifactDraft>;

/** The context files that an analysis writes. */
export const ContextFileName = { codebase: 'codebase', workflow: 'workflow', notes: 'notes' } as const;
export type ContextFileName = (typeof ContextFileName)[keyof typeof ContextFileName];

const Counted = z.strictObject({ name: short, count: z.number().int().min(0) });

/** What an analysis found, as data. Lists are cut to their limits, most important first; the counts beside them are whole. */
export const RepositoryReport = z.strictObject({
  files: z.number().int().min(0),
  /** Files that were not read, by reason: too large, binary, generated, over a limit. */
  skipped: z.array(Counted).max(20),
  languages: z.array(z.strictObject({ name: short, files: z.number().int().min(0), lines: z.number().int().min(0) })).max(60),
  frameworks: z.array(z.strictObject({ name: short, because: z.string().max(300) })).max(60),
  packages: z.array(z.strictObject({ name: short, path, manager: short, version: z.string().max(100), dependencies: z.number().int().min(0) })).max(200),
  commands: z.array(z.strictObject({ name: short, command: z.string().max(500), path })).max(200),
  entryPoints: z.array(z.strictObject({ path, because: z.string().max(300) })).max(100),
  graph: z.strictObject({
    files: z.number().int().min(0),
    edges: z.number().int().min(0),
    /** Imports of other packages. */
    external: z.number().int().min(0),
    /** Imports that lead to no file and no package. */
    unresolved: z.array(z.strictObject({ path, specifier: z.string().max(300) })).max(50),
    unresolvedCount: z.number().int().min(0),
    /** The most imported files. */
    hubs: z.array(z.strictObject({ path, count: z.number().int().min(0) })).max(30),
    cycles: z.array(z.array(path).max(20)).max(20),
    /** The most imported packages. */
    packages: z.array(Counted).max(50),
  }),
  artifacts: z.number().int().min(0),
  /** Most changed files, by commits within `churnCommits`, the number of commits that were looked at. */
  churn: z.array(z.strictObject({ path, commits: z.number().int().min(0) })).max(50),
  churnCommits: z.number().int().min(0),
});
export type RepositoryReport = z.infer<typeof RepositoryReport>;

/** The outcome of a `repo_analysis` run. Its artifacts were handed in before, with `catalog/upload`. */
export const Analysed = z.strictObject({
  kind: z.literal('analysed'),
  commit: z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, 'a full lower-case git object name'),
  /** Files of the manifest: what `catalog/manifest` named in all. Must be what the studio has counted, else nothing is taken away. */
  files: z.number().int().min(0),
  report: RepositoryReport,
  context: z.array(z.strictObject({ name: z.enum(ContextFileName), text: z.string().max(100_000) })).max(3),
});
export type Analysed = z.infer<typeof Analysed>;
