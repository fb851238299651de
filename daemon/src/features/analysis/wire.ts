import type { RepositoryReport } from '@maestro/protocol';
import type { CatalogFile } from './domain/catalog-file.js';

/** A message of the daemon protocol may have 1 MiB; this leaves room for what stands around a part. */
const PART_BYTES = 600_000;

/**
 * Texts of a repository as every database takes them: without zero characters, and without halves of characters that a cut or broken
 * bytes left. Whatever is not text stays as it is.
 */
export function clean<T>(value: T): T {
  if (typeof value === 'string') return value.replace(/\u0000/g, '\ufffd').replace(/\p{Cs}/gu, '\ufffd') as T;
  if (Array.isArray(value)) return value.map(clean) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, clean(member as unknown)])) as T;
}

/** A file whose artifacts are too much for one message keeps those that come first. */
export function fitting(file: CatalogFile, bytes = PART_BYTES): CatalogFile {
  let { artifacts } = file;
  while (artifacts.length > 0 && bytesOf(artifacts) > bytes) artifacts = artifacts.slice(0, Math.floor(artifacts.length * 0.8));
  return artifacts === file.artifacts ? file : { ...file, artifacts };
}

/** A report of a repository whose names are made to be long still fits: its lists are halved until it does. */
export function fittingReport(report: RepositoryReport, bytes = PART_BYTES / 2): RepositoryReport {
  let shorter = report;
  for (let most = 100; bytesOf(shorter) > bytes && most > 0; most = Math.floor(most / 2)) {
    const cut = <T>(list: readonly T[]): T[] => list.slice(0, most);
    const { graph } = shorter;
    shorter = {
      ...shorter,
      packages: cut(shorter.packages),
      commands: cut(shorter.commands),
      entryPoints: cut(shorter.entryPoints),
      churn: cut(shorter.churn),
      graph: { ...graph, unresolved: cut(graph.unresolved), hubs: cut(graph.hubs), cycles: cut(graph.cycles), packages: cut(graph.packages) },
    };
  }
  return shorter;
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
