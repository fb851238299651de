import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TeamView } from '@maestro/protocol';
import { startDetached } from '../../platform/process.js';
import type { DetachedProcess } from '../../platform/process.js';
import { readStartTime } from '../../platform/process-tree.js';
import { endOf } from './domain/reaping.js';
import { workerEnvironment, workerFolder, workerWords } from './domain/worker-start.js';
import { reapWorker } from './leftovers.js';
import { sendHandover } from './lifeline.js';
import { recordPath, removeRecord, writeRecord } from './team-record.js';
import type { TeamRecord, WorkerProcess } from './team-record.js';
import type { LeadPorts, ProcessEnd, TeamLine, TeamWish } from './team.types.js';

export interface LeadTeamOptions {
  readonly ports: LeadPorts;
  readonly studio: string;
  readonly project: { readonly id: string; readonly key: string };
  /** Of the clone that the lead was started in; workers start there too. */
  readonly clone: string | undefined;
  readonly view: TeamView;
  readonly wish: TeamWish;
  readonly onEnd: (end: ProcessEnd) => void;
  readonly tell: (text: string) => void;
}

interface Started {
  readonly process: DetachedProcess;
  readonly record: WorkerProcess;
  readonly gone: Promise<void>;
  alive: boolean;
}

/** The processes of one team, in the lead. A place is filled once: a worker that ends is reported, not replaced. */
export class LeadTeam {
  private readonly started = new Map<string, Started>();
  private ending: Promise<void> | undefined;

  constructor(private readonly options: LeadTeamOptions) {}

  get id(): string {
    return this.options.view.id;
  }

  get living(): boolean {
    return [...this.started.values()].some(({ alive }) => alive);
  }

  view(): TeamLine {
    const { view } = this.options;
    const workers = view.workers.map(({ id, name, job }) => {
      const started = this.started.get(id);
      return { id, name, job, pid: started?.process.pid ?? null, alive: started?.alive === true };
    });
    return { id: view.id, channel: view.channel, workers };
  }

  /** Starts every worker. One that cannot be started is reported like one that has ended. */
  async start(): Promise<void> {
    for (const worker of this.options.view.workers) {
      try {
        await this.startOne(worker);
      } catch (error) {
        this.options.onEnd({ worker: worker.id, end: 'not_started', why: (error instanceof Error ? error.message : String(error)).slice(0, 400) });
      }
    }
  }

  /** Lets the workers, who have been told, save their work; then nothing of them is left. */
  end(graceMs: number): Promise<void> {
    this.ending ??= this.endAll(graceMs);
    return this.ending;
  }

  private async startOne({ id, name, job }: TeamView['workers'][number]): Promise<void> {
    const { ports, studio, project, clone, view, wish } = this.options;
    const folder = join(ports.workers, workerFolder(project.key, name));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const marker = `worker-${id}.${ports.newId()}`;
    const { MAESTRO_SECRET_KEY: secretKey } = ports.host;
    const process = await startDetached({
      command: ports.program.command,
      args: [...ports.program.args, ...workerWords({ name, job, channel: view.channel, agents: wish.agents, skills: wish.skills, project: clone === undefined ? project.key : undefined })],
      cwd: clone ?? ports.home,
      env: workerEnvironment(ports.host, studio),
      log: join(ports.logs, `${workerFolder(project.key, name)}.log`),
      marker,
    });
    const record = { id, name, pid: process.pid, startTime: process.startTime, marker, runs: join(folder, 'runs') };
    const started: Started = { process, record, alive: true, gone: process.exited.then((exit) => this.gone(id, exit)) };
    this.started.set(id, started);
    // On disk before it is told anything: it does nothing until then, and whatever dies from here on finds it there.
    await writeRecord(ports.home, this.record());
    sendHandover(process.stdin, { lead: this.lead(), record: recordPath(ports.home, view.id), ...(secretKey === undefined ? {} : { secretKey }) });
    this.options.tell(`Started ${name} (process ${process.pid}).`);
  }

  private async gone(id: string, exit: { readonly code: number | null; readonly signal: string | null }): Promise<void> {
    const started = this.started.get(id);
    if (started === undefined) return;
    started.alive = false;
    // Its agents are not its children's children only by name: whoever left its group is found by the marker of its run.
    const killed = await reapWorker(started.record, this.options.ports.journals).catch(() => 0);
    const { end, why } = endOf(exit);
    this.options.tell(`${started.record.name} is gone: ${why}${killed === 0 ? '' : ` Ended ${killed} of its processes.`}`);
    this.options.onEnd({ worker: id, end, why });
  }

  private async endAll(graceMs: number): Promise<void> {
    const { ports } = this.options;
    const all = [...this.started.values()];
    const everybody = Promise.all(all.map(({ gone }) => gone));
    const late = new Promise<'late'>((resolve) => {
      const cancel = ports.clock.after(graceMs, () => resolve('late'));
      void everybody.then(cancel);
    });
    if ((await Promise.race([everybody, late])) === 'late') {
      await Promise.all(all.filter(({ alive }) => alive).map(({ process }) => process.stop(0)));
      await everybody;
    }
    await removeRecord(ports.home, this.id);
  }

  private record(): TeamRecord {
    const { view, studio, project } = this.options;
    return { team: view.id, studio, project: project.id, lead: { ...this.lead(), runs: this.options.ports.runs }, workers: [...this.started.values()].map(({ record }) => record) };
  }

  private lead(): { readonly pid: number; readonly startTime: string } {
    return { pid: process.pid, startTime: readStartTime(process.pid) ?? 'unknown' };
  }
}
