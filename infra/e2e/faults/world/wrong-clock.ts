import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../../../test-support/index.js';

const SKEWED = fileURLToPath(new URL('../control/skewed.mjs', import.meta.url));

export const MINUTE_MS = 60_000;

/** The wall clock of one program, which the test sets. See control/skewed.mjs. */
export class WrongClock {
  private constructor(
    private readonly file: string,
    private offset: number,
  ) {}

  static async make(file: string, offset = 0): Promise<WrongClock> {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, String(offset));
    return new WrongClock(file, offset);
  }

  /** What to start the program with. */
  get env(): Readonly<Record<string, string>> {
    return { NODE_OPTIONS: `--import=${SKEWED}`, MAESTRO_TEST_CLOCK: this.file };
  }

  /** Makes it jump, and waits until the program has seen it. @param offset milliseconds off the true time. */
  async set(offset: number): Promise<void> {
    if (offset === this.offset) return;
    this.offset = offset;
    await writeFile(this.file, String(offset));
    await waitFor(async () => (await readFile(`${this.file}.seen`, 'utf8').catch(() => '')) === String(offset), { what: 'the clock to jump', timeoutMs: 20_000, everyMs: 10 });
  }
}
