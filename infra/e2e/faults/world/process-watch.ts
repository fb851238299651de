import { readFile, readdir, readlink } from 'node:fs/promises';
import { ENDED_RUN_STATES } from '@maestro/protocol';
import type { RunView } from '@maestro/protocol';
import { check } from '../checker/checker.js';
import type { Violation } from '../checker/violation.js';
import type { ProcessSample, SeenProcess } from '../history/history.js';

/** Looks at the processes of real runs on this machine, and keeps what it saw. */
export class ProcessWatch {
  private readonly samples: ProcessSample[] = [];

  /**
   * Processes with the mark of one of these runs. A run counts as live when it was before the look or after it: it may begin or end meanwhile.
   *
   * @param runs asks the studio for all runs of a project
   */
  async look(runs: () => Promise<readonly RunView[]>): Promise<readonly SeenProcess[]> {
    const before = await runs();
    const all = await markedProcesses();
    const after = await runs();
    const known = new Set<string>(after.map(({ id }) => id));
    const processes = all.filter(({ run }) => known.has(run));
    this.samples.push({ step: this.samples.length + 1, processes, live: [...before, ...after].filter(({ status }) => !ended(status)).map(({ id }) => id) });
    return processes;
  }

  /** Processes that were seen. */
  get size(): number {
    return this.samples.reduce((sum, { processes }) => sum + processes.length, 0);
  }

  violations(): readonly Violation[] {
    return check({ calls: [], pushes: [], lines: [], lanes: [], ledger: [], final: { runs: [], tasks: [], journals: [] }, samples: this.samples });
  }
}

const ended = (status: string): boolean => (ENDED_RUN_STATES as readonly string[]).includes(status);

async function markedProcesses(): Promise<readonly SeenProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const seen = await Promise.all(pids.map((pid) => read(pid).catch(() => undefined)));
  return seen.filter((each) => each !== undefined);
}

/** Rejects when the process ends in this moment. */
async function read(pid: string): Promise<SeenProcess | undefined> {
  const run = /(?:^|\0)MAESTRO_RUN_MARKER=([^.\0]+)/.exec(await readFile(`/proc/${pid}/environ`, 'latin1'))?.[1];
  if (run === undefined) return undefined;
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
  // The name of the program may hold anything, also parentheses; the start is the 20th field behind it (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => '');
  return { pid: Number(pid), startedAt: Number(fields[19]), run, lane: /^.*\/lanes\/[^/]+/.exec(folder)?.[0] ?? null };
}
