import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, writeFileDurably } from '../../platform/atomic-file.js';
import type { Clock } from '../../platform/clock.js';
import { compact } from './domain/compact.js';
import { decodeJournal, encodeRecord } from './domain/journal-codec.js';
import { Ledger } from './domain/journal-state.js';
import type { JournalState } from './domain/journal-state.js';
import type { JournalRecord } from './domain/records.js';
import { mustBeDurable } from './domain/records.js';
import { readRecord } from './records.schema.js';

const FILE = 'journal';
const RUN_FOLDER = /^[0-9a-f-]{36}$/;

/** From this size on a journal is rewritten without what the studio has; then again when it has doubled. */
const COMPACT_BYTES = 16 * 1024 * 1024;
/** Characters of acknowledged lines that a rewritten journal keeps, for `maestro logs`. */
const KEPT_CHARACTERS = 4 * 1024 * 1024;

/** The disk must not fill because a studio is away: beyond this only what matters is written. What the studio has taken leaves the journal again. */
const SPOOL_BYTES = 64 * 1024 * 1024;

export interface JournalLimits {
  readonly compactBytes: number;
  readonly keptCharacters: number;
  readonly spoolBytes: number;
}

/** The journal of one run: an append-only file, and what it comes to. Appends are written in the order in which they were asked for. */
export class RunJournal {
  private queue: Promise<void> = Promise.resolve();
  private closed = false;
  /** Encoded and not in the file yet; what a full disk refused stays here until it takes it. */
  private unwritten: string[] = [];
  /** The file may end in the middle of a line. */
  private torn = false;
  /** The file that is open is not the journal any more. */
  private replaced = false;
  private compactAt: number;
  /** Lines that the studio lacked when the journal was rewritten last. */
  private lacking = 0;

  private constructor(
    readonly run: string,
    private readonly path: string,
    private file: FileHandle,
    private readonly ledger: Ledger,
    /** Bytes in the file, and those that are to be. */
    private size: number,
    private readonly clock: Clock,
    private readonly limits: JournalLimits,
  ) {
    this.compactAt = limits.compactBytes;
  }

  /** Opens the journal, making it first if need be. A torn last line is left behind and never written into. */
  static async open(folder: string, run: string, clock: Clock, limits: JournalLimits): Promise<RunJournal> {
    if (!RUN_FOLDER.test(run)) throw new Error('journal_run: not a run id');
    const path = join(folder, run);
    await mkdir(path, { recursive: true, mode: 0o700 });
    const name = join(path, FILE);
    const text = await readIfThere(name);
    const decoded = decodeJournal(text ?? '', readRecord);
    const file = await open(name, 'a', 0o600);
    if (decoded.torn) await file.appendFile('\n');
    if (text === undefined) await syncFolder(path).then(() => syncFolder(folder));
    return new RunJournal(run, name, file, Ledger.read(decoded.records), Buffer.byteLength(text ?? ''), clock, limits);
  }

  get state(): JournalState {
    return this.ledger;
  }

  get bytes(): number {
    return this.size;
  }

  /** What can be done without is not to be written until the studio has taken more. */
  get full(): boolean {
    return this.size > this.limits.spoolBytes;
  }

  now(): number {
    return this.clock.now();
  }

  /**
   * Resolves when the record is in the file, and on the disk if it must be. `state` shows it at once. Rejects when the disk takes nothing:
   * the record is then written with the next one that it takes.
   */
  append(...records: readonly JournalRecord[]): Promise<void> {
    if (this.closed) return Promise.reject(new Error('journal_closed'));
    const text = records.map(encodeRecord).join('');
    for (const record of records) this.ledger.apply(record);
    this.size += Buffer.byteLength(text);
    this.unwritten.push(text);
    const durable = records.some(mustBeDurable);
    const written = this.queue.then(() => this.write(durable));
    this.queue = written.catch(() => undefined);
    if (records.some(({ t }) => t === 'events_acked') && this.isWorthCompacting()) this.queue = this.queue.then(() => this.compact()).catch(() => undefined);
    return written;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.queue;
    await this.file.close();
  }

  private async write(durable: boolean): Promise<void> {
    const text = this.unwritten.splice(0).join('');
    try {
      if (this.replaced) await this.reopen();
      if (text !== '') await this.file.appendFile(this.torn ? `\n${text}` : text);
      this.torn = false;
    } catch (error) {
      // Part of it may be in the file: those lines are there twice then, and count once, or one is cut off and left out.
      this.torn = true;
      this.unwritten.unshift(text);
      throw error;
    }
    if (durable) await this.file.datasync();
  }

  private async reopen(): Promise<void> {
    const before = this.file;
    this.file = await open(this.path, 'a', 0o600);
    this.replaced = false;
    await before.close();
  }

  /** After an outage most of it is what the studio lacks: then again when it has half of that, or the journal would stay full. */
  private isWorthCompacting(): boolean {
    if (this.size > this.compactAt) return true;
    return this.lacking > 0 && this.size > this.limits.compactBytes && this.ledger.unsent.length <= this.lacking / 2;
  }

  /** Within the queue. When it does not work out, the journal stays as it is, and grows. */
  private async compact(): Promise<void> {
    this.compactAt = this.size * 2;
    this.lacking = 0;
    const { records } = decodeJournal(await readFile(this.path, 'utf8'), readRecord);
    const text = compact(records, this.ledger.ackedSeq, this.limits.keptCharacters).map(encodeRecord).join('');
    await writeFileDurably(this.path, text);
    // Opened by the next write, which keeps its records when that fails: this one would go on writing into a file without a name.
    this.replaced = true;
    this.size = Buffer.byteLength(text) + this.unwritten.reduce((sum, each) => sum + Buffer.byteLength(each), 0);
    this.compactAt = Math.max(this.limits.compactBytes, this.size * 2);
    this.lacking = this.ledger.unsent.length;
  }
}

/** All journals of this machine. */
export class JournalStore {
  constructor(
    private readonly folder: string,
    private readonly clock: Clock,
    private readonly limits: JournalLimits = { compactBytes: COMPACT_BYTES, keptCharacters: KEPT_CHARACTERS, spoolBytes: SPOOL_BYTES },
  ) {}

  open(run: string): Promise<RunJournal> {
    return RunJournal.open(this.folder, run, this.clock, this.limits);
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
