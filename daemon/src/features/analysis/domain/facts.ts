import type { ArtifactKind } from '@maestro/protocol';

/** What a parser found in one file. Pure data: it is kept by the content's hash and read again at the next analysis. */
export interface FileFacts {
  readonly lines: number;
  /** As the source spells them: `./cart.js`, `os.path`, `github.com/acme/shop/cart`. Each once. */
  readonly imports: readonly string[];
  /** The package or namespace that the file says it belongs to; empty where the language has none. */
  readonly namespace: string;
  readonly symbols: readonly FoundSymbol[];
  /** The comment or docstring at the head of the file. */
  readonly doc: string;
  /** It can be started: a main function, a `__main__` guard, a `#!` line. */
  readonly runnable: boolean;
}

/** A declaration, before it is said what kind of artifact it is. */
export interface FoundSymbol {
  readonly form: 'function' | 'method' | 'class' | 'type' | 'constant';
  readonly name: string;
  readonly container: string;
  readonly signature: string;
  readonly doc: string;
  readonly line: number;
  readonly endLine: number;
  readonly exported: boolean;
  /** Written in a language with markup, and it has some. */
  readonly markup: boolean;
}

/** An artifact of a file, as it is handed in. */
export interface Artifact {
  readonly kind: ArtifactKind;
  readonly name: string;
  readonly container: string;
  readonly signature: string;
  readonly doc: string;
  readonly line: number;
  readonly endLine: number;
  readonly exported: boolean;
}

/** A file of the analysed commit that is source text. */
export interface SourceFile {
  readonly path: string;
  readonly blob: string;
  readonly language: string;
}

export const NO_FACTS: FileFacts = { lines: 0, imports: [], namespace: '', symbols: [], doc: '', runnable: false };
