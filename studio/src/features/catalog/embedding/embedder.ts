/** Turns texts into 256 numbers each, near for what is alike. */
export abstract class Embedder {
  /** Names model and length; embeddings of another name are made anew. */
  abstract readonly id: string;
  /** Works without the network and at once, so that it may be called inside a transaction. */
  abstract readonly local: boolean;
  /** One embedding for each text, of length 1 and 256 numbers. @throws EmbedderFailed when there is no answer to use. */
  abstract embed(texts: readonly string[]): Promise<readonly Float32Array[]>;
}

/** The embedder could not be asked, or said no. The catalog goes on with full text. */
export class EmbedderFailed extends Error {
  readonly id = 'catalog.embedder_failed';
}
