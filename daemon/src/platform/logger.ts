import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import type { Logger } from 'pino';
import type { Clock } from './clock.js';

export type { Logger };

/** Bytes of one file; a day that writes more goes on in `….1.log` and so on. */
const MOST_BYTES = 20 * 1024 * 1024;
/** Files that are kept, the present one included. */
const MOST_FILES = 14;
const NAME = /^daemon-\d{4}-\d{2}-\d{2}(?:\.\d+)?\.log$/;

export interface LogOptions {
  readonly folder: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly clock: Clock;
  readonly mostBytes?: number;
  readonly mostFiles?: number;
}

/** The daemon's log: JSON lines, a file a day, old ones removed. Keys that hold secrets are never written. */
export function openLog(options: LogOptions): Logger {
  const redact = { paths: ['token', '*.token', 'accessToken', '*.accessToken', 'refreshToken', '*.refreshToken', 'authorization', '*.authorization', 'headers', '*.headers'], censor: '[secret]' };
  return pino({ level: options.level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime, redact }, new DailyFile(options));
}

class DailyFile extends Writable {
  private stream: WriteStream | undefined;
  private day = '';
  private part = 0;
  private bytes = 0;

  constructor(private readonly options: LogOptions) {
    super({ decodeStrings: false });
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  }

  override _write(chunk: string | Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    const stream = this.current(Buffer.byteLength(chunk));
    stream.write(chunk, () => done());
  }

  override _final(done: () => void): void {
    if (this.stream === undefined) return done();
    this.stream.end(done);
    return undefined;
  }

  private current(more: number): WriteStream {
    const day = new Date(this.options.clock.now()).toISOString().slice(0, 10);
    const full = this.bytes + more > (this.options.mostBytes ?? MOST_BYTES);
    if (this.stream === undefined || day !== this.day || full) {
      this.part = day === this.day && full ? this.part + 1 : this.stream === undefined ? lastPart(this.options.folder, day) : 0;
      this.day = day;
      this.open();
    }
    this.bytes += more;
    return this.stream ?? this.open();
  }

  private open(): WriteStream {
    const { folder, mostFiles = MOST_FILES } = this.options;
    this.stream?.end();
    const name = fileName(this.day, this.part);
    const path = join(folder, name);
    this.bytes = sizeOf(path);
    this.stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
    // A full disk must not end the daemon.
    this.stream.on('error', () => undefined);
    // The new file itself appears only with its first byte.
    const others = logFiles(folder).filter((each) => each !== name);
    for (const old of others.slice(0, Math.max(0, others.length - (mostFiles - 1)))) rmSync(join(folder, old), { force: true });
    return this.stream;
  }
}

/** The log files of a folder, oldest first. */
export function logFiles(folder: string): readonly string[] {
  return entries(folder)
    .filter((name) => NAME.test(name))
    .sort((one, other) => one.slice(7, 17).localeCompare(other.slice(7, 17)) || partOf(one) - partOf(other));
}

function fileName(day: string, part: number): string {
  return part === 0 ? `daemon-${day}.log` : `daemon-${day}.${part}.log`;
}

function partOf(name: string): number {
  return Number(/\.(\d+)\.log$/.exec(name)?.[1] ?? 0);
}

function lastPart(folder: string, day: string): number {
  return Math.max(0, ...entries(folder).filter((name) => NAME.test(name) && name.includes(day)).map(partOf));
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
