import { readFile } from 'node:fs/promises';
import type { TeamView, WorkerView } from '@maestro/protocol';
import { waitFor } from '../../test-support/index.js';
import type { StartedTeam } from '../../rig/machine.js';
import { processesOf } from './faults.js';
import type { Scene } from './scene.js';
import type { SiteMachine } from './site.js';

/** A process that no later one can be taken for. */
interface Being {
  readonly pid: number;
  readonly startTime: string;
}

/** A team that a machine leads, as the studio shows it. */
export class SceneTeam {
  private constructor(
    readonly scene: Scene,
    readonly at: SiteMachine,
    readonly started: StartedTeam,
  ) {}

  /** Has the machine lead a team for the scene's project; every worker has said hello. */
  static async led(scene: Scene, at: SiteMachine, ...wanted: readonly string[]): Promise<SceneTeam> {
    const team = new SceneTeam(scene, at, await scene.site.lead(at, scene.key, wanted));
    await scene.until('every worker to be connected', async () => (await team.view()).workers.every(({ status }) => status === 'connected' || status === 'working'));
    return team;
  }

  view(): Promise<TeamView> {
    return this.scene.api.get<TeamView>(`/teams/${this.started.team}`);
  }

  async worker(name: string): Promise<WorkerView> {
    const found = (await this.view()).workers.find((worker) => worker.name === name);
    if (found === undefined) throw new Error(`the team has no worker ${name}`);
    return found;
  }

  pid(name: string): number {
    const found = this.started.workers.find((worker) => worker.name === name);
    if (found === undefined) throw new Error(`no process was started for ${name}`);
    return found.pid;
  }

  /** Who works on this task. */
  busyWith(key: string): Promise<WorkerView> {
    return this.scene.until(`somebody to be at ${key}`, async () => (await this.view()).workers.find(({ run }) => run?.taskKey === key));
  }

  becomes(name: string, status: WorkerView['status']): Promise<WorkerView> {
    return this.scene.until(`${name} to be ${status}`, async () => {
      const worker = await this.worker(name);
      return worker.status === status ? worker : undefined;
    });
  }

  /** The worker's process stands still for as long as `look` takes. Nothing that stands still notices that its team has ended, so it goes on whatever happens. */
  async whileSilent(name: string, look: () => Promise<void>): Promise<void> {
    const pid = this.pid(name);
    process.kill(pid, 'SIGSTOP');
    try {
      await look();
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  }

  /** Everything that runs for the team: its workers, and their agents with whatever these started. */
  async beings(): Promise<readonly Being[]> {
    const runs = (await this.scene.runs()).filter(({ endedAt }) => endedAt === null).map(({ id }) => id);
    const agents = (await Promise.all(runs.map(processesOf))).flat();
    const found = await Promise.all([...this.started.workers.map(({ pid }) => pid), ...agents].map(async (pid) => ({ pid, startTime: await startTime(pid) })));
    return found.filter((each): each is Being => each.startTime !== undefined);
  }

  /** What the machine's own `maestro` answers, as JSON. */
  async maestro<T>(...args: readonly string[]): Promise<T> {
    const { code, stdout } = await this.at.machine.maestro([...args, '--json']);
    if (code !== 0) throw new Error(`maestro ${args.join(' ')} ended with ${code}`);
    return JSON.parse(stdout) as T;
  }
}

/** Waits until none of them is left. */
export async function noneLeft(beings: readonly Being[], timeoutMs: number): Promise<void> {
  const left = async (): Promise<readonly Being[]> => (await Promise.all(beings.map(async (each) => ((await startTime(each.pid)) === each.startTime ? [each] : [])))).flat();
  await waitFor(async () => (await left()).length === 0, { what: `none of ${beings.map(({ pid }) => pid).join(', ')} to be left`, timeoutMs, everyMs: 50 });
}

/** Clock ticks since boot, as the kernel has them; a process that only waits to be reaped is none any more. */
async function startTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name of the program may hold spaces and brackets; what follows the last one does not.
  const [state, ...rest] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return state === undefined || state === 'Z' ? undefined : rest[18];
}
