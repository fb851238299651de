import type { RepositoryReport } from '@maestro/protocol';
import type { Framework } from './frameworks.js';
import { frameworksOf } from './frameworks.js';
import { cyclesOf, hubsOf } from './import-graph.js';
import type { ImportGraph, ParsedFile } from './import-graph.js';
import { PROSE_AND_DATA } from './languages.js';
import type { FoundEntry, ManifestFacts } from './manifest-facts.js';

/** Everything that a report is made of. */
export interface Findings {
  /** Paths of the whole tree. */
  readonly tree: readonly string[];
  readonly skipped: ReadonlyMap<string, number>;
  /** Every text file that was read, with its language and lines. */
  readonly read: readonly { readonly path: string; readonly language: string; readonly lines: number }[];
  readonly parsed: readonly ParsedFile[];
  readonly manifests: readonly ManifestFacts[];
  readonly graph: ImportGraph;
  readonly artifacts: number;
  readonly churn: ReadonlyMap<string, number>;
  readonly churnCommits: number;
}

/** What was found, cut to what the wire takes, most important first. */
export function reportOf(findings: Findings): RepositoryReport {
  const { tree, skipped, manifests, graph, artifacts, churn, churnCommits, parsed } = findings;
  const packages = manifests.flatMap((manifest) => manifest.packages);
  const existing = new Set(tree);
  return {
    files: tree.length,
    skipped: byCount(skipped).slice(0, 20),
    languages: languagesOf(findings).slice(0, 60),
    frameworks: frameworks(findings).slice(0, 60).map(({ name, because }) => ({ name, because })),
    packages: packages.slice(0, 200).map(({ name, path, manager, version, dependencies }) => ({ name: name.slice(0, 200), path, manager, version, dependencies: dependencies.length })),
    commands: manifests.flatMap((manifest) => manifest.commands).slice(0, 200).map((each) => ({ ...each })),
    entryPoints: entryPoints(manifests, parsed, existing).slice(0, 100).map((each) => ({ ...each })),
    graph: {
      files: graph.edges.size,
      edges: graph.edgeCount,
      external: [...graph.packages.values()].reduce((sum, count) => sum + count, 0),
      unresolved: graph.unresolved.slice(0, 50).map((each) => ({ ...each })),
      unresolvedCount: graph.unresolved.length,
      hubs: hubsOf(graph).slice(0, 30).map((hub) => ({ ...hub })),
      cycles: cyclesOf(graph).slice(0, 20).map((cycle) => cycle.slice(0, 20)),
      packages: byCount(graph.packages).filter(({ name }) => name !== '').slice(0, 50).map(({ name, count }) => ({ name: name.slice(0, 200), count })),
    },
    artifacts,
    churn: byCount(churn).filter(({ name }) => existing.has(name)).slice(0, 50).map(({ name, count }) => ({ path: name, commits: count })),
    churnCommits,
  };
}

function languagesOf({ read }: Findings): readonly { name: string; files: number; lines: number }[] {
  const byName = new Map<string, { name: string; files: number; lines: number }>();
  for (const { language, lines } of read) {
    const entry = byName.get(language) ?? { name: language, files: 0, lines: 0 };
    entry.files += 1;
    entry.lines += lines;
    byName.set(language, entry);
  }
  // What is built comes before prose and data about it, however much there is of that.
  const rank = (name: string): number => (PROSE_AND_DATA.has(name) ? 1 : 0);
  return [...byName.values()].sort((one, other) => rank(one.name) - rank(other.name) || other.lines - one.lines || (one.name < other.name ? -1 : 1));
}

function frameworks({ manifests, graph, tree }: Findings): readonly Framework[] {
  return frameworksOf(manifests.flatMap((manifest) => manifest.packages), graph.packages, tree);
}

const USUAL_ENTRY = /^(src\/)?(main|index|app|server|cli|__main__)\.(ts|tsx|mts|js|mjs|cjs|py|rb|php)$/;
const TEST = /(^|\/)(tests?|__tests__|spec|e2e|examples?|benchmarks?|fixtures?)\//;

function entryPoints(manifests: readonly ManifestFacts[], parsed: readonly ParsedFile[], existing: ReadonlySet<string>): readonly FoundEntry[] {
  const found = new Map<string, string>();
  const add = (path: string, because: string): void => {
    if (existing.has(path) && !found.has(path)) found.set(path, because);
  };
  for (const { entries } of manifests) for (const { path, because } of entries) add(path, because);
  // What a manifest names is built from sources that often lie beside it under another name.
  for (const { path, facts } of parsed) if (facts.runnable && !TEST.test(path)) add(path, 'can be started by itself');
  for (const { path } of parsed) if (USUAL_ENTRY.test(path)) add(path, 'its name');
  return [...found].map(([path, because]) => ({ path, because }));
}

/** Most first; equal ones by name, so that two analyses of one commit read alike. */
function byCount(counts: ReadonlyMap<string, number>): readonly { readonly name: string; readonly count: number }[] {
  return [...counts].map(([name, count]) => ({ name, count })).sort((one, other) => other.count - one.count || (one.name < other.name ? -1 : 1));
}
