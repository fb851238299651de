import type { ArtifactDraft } from '@maestro/protocol';
import { wordsOf } from './words.js';

/** What an embedder is given. The name stands twice: it says most. */
export function embeddingText(path: string, { name, container, signature, doc }: Pick<ArtifactDraft, 'name' | 'container' | 'signature' | 'doc'>): string {
  return [name, name, container, signature, doc, lastParts(path)].filter((part) => part !== '').join('\n');
}

/** The words that full text looks at, by weight. */
export interface SearchWords {
  /** Of the name: weight A. */
  readonly name: string;
  /** Of what it belongs to and how it is called: B. */
  readonly signature: string;
  /** Of what is said about it: C. */
  readonly doc: string;
  /** Of where it stands: D. */
  readonly path: string;
}

export function searchWords(path: string, { name, container, signature, doc }: Pick<ArtifactDraft, 'name' | 'container' | 'signature' | 'doc'>): SearchWords {
  const joined = (text: string): string => wordsOf(text).join(' ');
  return { name: joined(name), signature: joined(`${container} ${signature}`), doc: joined(doc), path: joined(lastParts(path)) };
}

/** The file and two folders: what stands further up is the same for all. */
function lastParts(path: string): string {
  return path.split('/').slice(-3).join(' ').replace(/\.\w+$/, '');
}
