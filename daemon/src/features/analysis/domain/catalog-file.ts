import type { Artifact } from './facts.js';

/** A file whose artifacts are handed in. */
export interface CatalogFile {
  readonly path: string;
  readonly blob: string;
  /** Of content, place and parser: what decides whether its artifacts are as they were. */
  readonly fingerprint: string;
  readonly language: string;
  readonly frameworks: readonly string[];
  readonly artifacts: readonly Artifact[];
}
