import { LocalRefusal } from '../../platform/line-rpc.js';
import type { ConnectRequest, ControlParams, ControlResult, SessionLine } from '../control/index.js';
import { ProjectSession } from './project-session.js';
import type { MachinePorts } from './project-session.js';

/** All sessions of this daemon, one for each project. */
export class Sessions {
  private readonly sessions = new Map<string, ProjectSession>();
  private readonly starting = new Map<string, Promise<ProjectSession>>();

  constructor(private readonly ports: MachinePorts) {}

  views(): readonly SessionLine[] {
    return [...this.sessions.values()].map((session) => session.view());
  }

  get empty(): boolean {
    return this.sessions.size === 0 && this.starting.size === 0;
  }

  /** A project that is connected already stays as it is. */
  async connect(request: ConnectRequest): Promise<SessionLine> {
    const key = keyOf(request.studio, request.project.id);
    const known = this.sessions.get(key);
    if (known !== undefined) return known.view();
    const starting = this.starting.get(key) ?? ProjectSession.start(request, this.ports);
    this.starting.set(key, starting);
    try {
      const session = await starting;
      this.sessions.set(key, session);
      return session.view();
    } finally {
      this.starting.delete(key);
    }
  }

  /** Leaves one project, by key or id, or all. Answers with the keys of what was left. */
  async disconnect(project: string | undefined, graceMs: number): Promise<readonly string[]> {
    const chosen = [...this.sessions].filter(([, session]) => project === undefined || session.request.project.key === project || session.request.project.id === project);
    if (chosen.length === 0 && project !== undefined) throw new LocalRefusal('not_connected', `The project ${project} is not connected from this machine.`, 'maestro status');
    await Promise.all(
      chosen.map(async ([key, session]) => {
        await session.stop(graceMs);
        this.sessions.delete(key);
      }),
    );
    return chosen.map(([, session]) => session.request.project.key);
  }

  /** New words of a person for a run that is at work here. */
  async steer(choice: string | undefined, text: string): Promise<ControlResult<'steer'>> {
    const { run, taskKey, session } = this.choose(choice, () => true);
    session.runs.steer(run, text);
    return taskKey === undefined ? { run } : { run, taskKey };
  }

  /** Makes a team that the session of this project leads. */
  async team({ project, ...wish }: ControlParams<'team'>): Promise<ControlResult<'team'>> {
    const session = [...this.sessions.values()].find((each) => each.request.project.id === project);
    if (session === undefined) throw new LocalRefusal('not_connected', 'The project is not connected from this machine.', 'maestro connect');
    const made = await session.makeTeam(wish);
    return { ...made, workers: made.workers.map((worker) => ({ ...worker })) };
  }

  /** The person whose work a run is says that it is done. */
  async done(choice: string | undefined, message: string): Promise<ControlResult<'done'>> {
    const { run, taskKey, session } = this.choose(choice, (line) => line.agent === 'manual');
    if (session.runs.find(run)?.complete(message) !== true) throw new LocalRefusal('not_manual', 'Nobody works on this run by hand at the moment.', 'maestro status');
    return taskKey === undefined ? { run } : { run, taskKey };
  }

  private choose(choice: string | undefined, fits: (line: SessionLine['runs'][number]) => boolean) {
    const lines = [...this.sessions.values()].flatMap((session) => session.view().runs.map((line) => ({ ...line, session })));
    const atWork = lines.filter((line) => line.state === 'running' || line.state === 'claimed').filter(fits);
    const chosen = choice === undefined ? atWork : atWork.filter((line) => line.run === choice || line.taskKey === choice || line.run.startsWith(choice));
    const [only] = chosen;
    if (only !== undefined && chosen.length === 1) return only;
    if (chosen.length === 0) throw new LocalRefusal('no_such_run', choice === undefined ? 'No such run is at work on this machine.' : `No run for "${choice}" is at work on this machine.`, 'maestro status');
    throw new LocalRefusal('several_runs', `Several runs are at work here: ${chosen.map((line) => line.taskKey ?? line.run).join(', ')}.`, 'name the task');
  }
}

function keyOf(studio: string, project: string): string {
  return `${studio} ${project}`;
}
