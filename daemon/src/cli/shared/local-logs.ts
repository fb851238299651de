import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { JournalStore } from '../../features/journal/index.js';
import { logFiles } from '../../platform/logger.js';
import type { ExitName } from '../exit-codes.js';
import { failure } from '../failure.js';
import { shortId } from '../format/words.js';
import type { Terminal } from '../terminal.js';
import { readTaskKey } from './find-task.js';
import { pause } from './follow.js';
import type { Machine } from './machine.js';
import { showEvent } from './show-event.js';

/** Enough for a few hundred lines; the whole log is a file for other tools. */
const FIRST_BYTES = 64 * 1024;
const LOOK_MS = 300;
const LEVELS: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' };

export async function showDaemonLog(machine: Machine, follow: boolean): Promise<ExitName> {
  const { world } = machine;
  let path = newestLog(machine);
  if (path === undefined) throw failure('notFound', 'No daemon has written a log on this machine.', 'maestro connect');
  let from = Math.max(0, (await stat(path)).size - FIRST_BYTES);
  let startsInALine = from > 0;
  for (;;) {
    const { lines, end } = await readLines(path, from);
    for (const line of startsInALine ? lines.slice(1) : lines) world.terminal.out(world.json ? line : logLine(line, world.terminal));
    startsInALine = false;
    from = end;
    if (!follow) return 'done';
    if (!(await pause(world, LOOK_MS))) return 'interrupted';
    const newest = newestLog(machine);
    if (newest !== undefined && newest !== path) [path, from] = [newest, 0];
  }
}

/** The journal of a run on this machine. */
export async function showJournal(machine: Machine, of: string, follow: boolean): Promise<ExitName> {
  const { world, paths } = machine;
  const store = new JournalStore(paths.runs, world.clock);
  const run = await findJournal(store, of);
  for (let shown = 0; ; ) {
    const journal = await store.read(run);
    for (const record of journal?.records ?? []) {
      if (record.t !== 'event' || record.event.seq <= shown) continue;
      showEvent(world, record.event);
      shown = record.event.seq;
    }
    if (!follow || journal === undefined || journal.state.settled !== undefined) return 'done';
    if (!(await pause(world, LOOK_MS))) return 'interrupted';
  }
}

/** The latest run that fits. */
async function findJournal(store: JournalStore, of: string): Promise<string> {
  const key = readTaskKey(of)?.key;
  for (const run of [...(await store.runs())].reverse()) {
    if (key === undefined ? run.endsWith(of.toLowerCase()) : (await store.read(run))?.state.packet?.task?.key === key) return run;
  }
  throw failure('notFound', `This machine has no journal of "${of}".`, `maestro run logs ${of}, which asks the studio`);
}

function newestLog({ paths }: Machine): string | undefined {
  const name = logFiles(paths.logs).at(-1);
  return name === undefined ? undefined : join(paths.logs, name);
}

async function readLines(path: string, from: number): Promise<{ lines: readonly string[]; end: number }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const length = Math.max(0, size - from);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
    // A line that is still being written is left for the next look.
    const end = buffer.subarray(0, bytesRead).lastIndexOf(10) + 1;
    return { lines: buffer.subarray(0, end).toString('utf8').split('\n').slice(0, -1), end: from + end };
  } finally {
    await file.close();
  }
}

function logLine(line: string, { style }: Terminal): string {
  try {
    const { time, level = 30, msg = '', project, run } = JSON.parse(line) as { time?: string; level?: number; msg?: string; project?: string; run?: string };
    const about = [project, run === undefined ? undefined : shortId(run)].filter((each) => each !== undefined).join(' ');
    const word = LEVELS[level] ?? String(level);
    return [style.dim(time ?? ''), level >= 50 ? style.bad(word) : level >= 40 ? style.warn(word) : word, about, msg].filter((part) => part !== '').join('  ');
  } catch {
    return line;
  }
}
