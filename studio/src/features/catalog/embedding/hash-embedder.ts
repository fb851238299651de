import { DIMENSIONS, hashEmbedding } from '../domain/hash-embedding.js';
import { Embedder } from './embedder.js';

/** The default: compares words and parts of words, needs nothing, leaves nothing. */
export class HashEmbedder extends Embedder {
  readonly id = `hash-${DIMENSIONS}-v1`;
  readonly local = true;

  embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    return Promise.resolve(texts.map(hashEmbedding));
  }
}
