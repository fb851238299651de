import { z } from 'zod';
import { DIMENSIONS, folded } from '../domain/hash-embedding.js';
import { Embedder, EmbedderFailed } from './embedder.js';

export interface HttpEmbedderOptions {
  /** Up to and without `/embeddings`. */
  readonly url: string;
  readonly model: string;
  readonly key: string | undefined;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;
const LONGEST_TEXT = 8_000;

const Answer = z.object({ data: z.array(z.object({ index: z.number().int().min(0), embedding: z.array(z.number()).min(1) })) });

/** `POST …/embeddings` as OpenAI defined it and many servers speak it. */
export class HttpEmbedder extends Embedder {
  readonly id: string;
  readonly local = false;
  /** Not every server knows how to shorten; one that refuses is not asked again. */
  private mayShorten = true;

  constructor(private readonly options: HttpEmbedderOptions) {
    super();
    this.id = `http-${options.model}-${DIMENSIONS}`;
  }

  async embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    const input = texts.map((text) => text.slice(0, LONGEST_TEXT) || ' ');
    let response = await this.post({ model: this.options.model, input, encoding_format: 'float', ...(this.mayShorten ? { dimensions: DIMENSIONS } : {}) });
    if (this.mayShorten && (response.status === 400 || response.status === 422)) {
      this.mayShorten = false;
      response = await this.post({ model: this.options.model, input, encoding_format: 'float' });
    }
    if (!response.ok) throw new EmbedderFailed(`The embeddings server answered ${response.status}. Look at MAESTRO_EMBEDDINGS_URL, _MODEL and _KEY.`);
    const parsed = Answer.safeParse(await response.json().catch(() => undefined));
    if (!parsed.success) throw new EmbedderFailed('The embeddings server answered with something else than embeddings.');
    const byIndex = new Map(parsed.data.data.map(({ index, embedding }) => [index, embedding]));
    return texts.map((_text, index) => {
      const embedding = byIndex.get(index);
      if (embedding === undefined) throw new EmbedderFailed(`The embeddings server left out text ${index + 1} of ${texts.length}.`);
      return folded(embedding);
    });
  }

  private async post(body: object): Promise<Response> {
    const { url, key, timeoutMs = TIMEOUT_MS } = this.options;
    try {
      return await fetch(`${url}/embeddings`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
        // A redirect would take the key along.
        redirect: 'error',
      });
    } catch (error) {
      throw new EmbedderFailed('The embeddings server could not be reached.', { cause: error });
    }
  }
}
