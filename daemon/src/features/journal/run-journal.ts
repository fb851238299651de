import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../../platform/atomic-file.js';
import type { Clock } from '../../platform/clock.js';
import { decodeJournal, encodeRecord } from './domain/journal-codec.js';
import { Ledger } from './domain/journal-state.js';
import type { JournalState } from './domain/journal-state.js';
import type { JournalRecord } from './domain/records.js';
import { mustBeDurable } from './domain/records.js';
import { readRecord } from './records.schema.js';

const FILE = 'journal';
const RUN_FOLDER = /^[0-9a-f-]{36}$/;

/** The journal of one run: an append-only file, and what it comes to. Appends are written in the order in which they were asked for. */
export class RunJournal {
  private queue: Promise<void> = Promise.resolve();
  private closed = false;

  private constructor(
    readonly run: string,
    private readonly file: FileHandle,
    private readonly ledger: Ledger,
    /** Bytes in the file. */
    private size: number,
    private readonly clock: Clock,
  ) {}

  /** Opens the journal, making it first if need be. A torn last line is left behind and never written into. */
  static async open(folder: string, run: string, clock: Clock): Promise<RunJournal> {
    if (!RUN_FOLDER.test(run)) throw new Error('journal_run: not a run id');
    const path = join(folder, run);
    await mkdir(path, { recursive: true, mode: 0o700 });
    const name = join(path, FILE);
    const text = await readIfThere(name);
    const decoded = decodeJournal(text ?? '', readRecord);
    const file = await open(name, 'a', 0o600);
    if (decoded.torn) await file.appendFile('\n');
    if (text === undefined) await syncFolder(path).then(() => syncFolder(folder));
    return new RunJournal(run, file, Ledger.read(decoded.records), Buffer.byteLength(text ?? ''), clock);
  }

  get state(): JournalState {
    return this.ledger;
  }

  get bytes(): number {
    return this.size;
  }

  now(): number {
    return this.clock.now();
  }

  /** Resolves when the record is in the file, and on the disk if it must be. `state` shows it at once. */
  append(...records: readonly JournalRecord[]): Promise<void> {
    if (this.closed) return Promise.reject(new Error('journal_closed'));
    const text = records.map(encodeRecord).join('');
    for (const record of records) this.ledger.apply(record);
    this.size += Buffer.byteLength(text);
    const durable = records.some(mustBeDurable);
    this.queue = this.queue.then(async () => {
      await this.file.appendFile(text);
      if (durable) await this.file.datasync();
    });
    return this.queue;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.queue.catch(() => undefined);
    await this.file.close();
  }
}

/** All journals of this machine. */
export class JournalStore {
  constructor(
    private readonly folder: string,
    private readonly clock: Clock,
  ) {}

  open(run: string): Promise<RunJournal> {
    return RunJournal.open(this.folder, run, this.clock);
  }

  async runs(): Promise<readonly string[]> {
    const names = await readdir(this.folder).catch(() => []);
    return names.filter((name) => RUN_FOLDER.test(name)).sort();
  }

  /** What a journal comes to, without opening it for writing; absent when there is none. */
  async read(run: string): Promise<{ readonly state: JournalState; readonly records: readonly JournalRecord[] } | undefined> {
    if (!RUN_FOLDER.test(run)) return undefined;
    const text = await readIfThere(join(this.folder, run, FILE));
    if (text === undefined) return undefined;
    const { records } = decodeJournal(text, readRecord);
    return { state: Ledger.read(records), records };
  }

  /** Removes settled journals that nobody wrote to for `olderThanMs`, so that `maestro logs` can show recent runs and the disk does not fill. */
  async sweep(olderThanMs: number): Promise<void> {
    for (const run of await this.runs()) {
      const found = await stat(join(this.folder, run, FILE)).catch(() => undefined);
      if (found !== undefined && this.clock.now() - found.mtimeMs < olderThanMs) continue;
      const journal = await this.read(run);
      if (journal === undefined || journal.state.settled !== undefined || journal.state.packet === undefined) await rm(join(this.folder, run), { recursive: true, force: true });
    }
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
}
