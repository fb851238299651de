import { startDaemon } from '../../daemon.js';
import type { Daemon } from '../../daemon.js';
import type { ConnectRequest, ControlParams, ControlResult, DaemonNews, DaemonView, SessionLine } from '../../features/control/index.js';
import { workerFolder } from '../../features/team/index.js';
import type { Handover } from '../../features/team/index.js';
import { ENDPOINTS } from '../../features/studio-api/index.js';
import { openLog } from '../../platform/logger.js';
import type { World } from '../command.js';
import type { ExitName } from '../exit-codes.js';
import { failure } from '../failure.js';
import { count } from '../format/words.js';
import type { Machine } from './machine.js';

/** How long runs may take to save their work when the daemon is told to stop. */
const GRACE_MS = 20_000;
const ONLINE_WITHIN_MS = 30_000;
const LOOK_MS = 100;

/** Shows a person what happens to one project of a daemon, here or in another process. */
export interface ConnectionView {
  /** The daemon has the project from now on. */
  begin(session: SessionLine): void;
  news(news: DaemonNews): void;
  /** One line about what this command does. */
  progress(text: string): void;
  /** It is over; further calls do nothing. The terminal is as it was found once this resolves. */
  end(): Promise<void>;
  /** Resolves when the project is connected no longer. */
  readonly left: Promise<void>;
  /** Resolves when the person is done looking. */
  readonly quit: Promise<void>;
}

export type OpenView = (status: () => Promise<DaemonView>) => ConnectionView;

export interface Stay {
  readonly request: ConnectRequest;
  /** A team to be made as soon as the project is connected. */
  readonly team?: Omit<ControlParams<'team'>, 'project'>;
  readonly onTeam?: (team: ControlResult<'team'>) => void;
  /** Of a worker that a lead has started. */
  readonly handover?: Handover | undefined;
  readonly openView: OpenView;
}

/** Connects the project and stays with it until it is left. */
export async function stayConnected(machine: Machine, stay: Stay): Promise<ExitName> {
  // Another connect may become the daemon between the look and the start, and may end between the refusal and the next look.
  for (let tries = 0; tries < 5; tries += 1) {
    // A worker is handed to nobody: its process is what its team's lead watches and ends.
    const attached = stay.request.role === 'worker' ? undefined : await attach(machine, stay);
    if (attached !== undefined) return attached;
    const served = await serve(machine, stay);
    if (served !== 'taken') return served;
  }
  throw failure('conflict', 'Another maestro connect starts and ends all the time.', 'maestro status');
}

/** Hands the project to the running daemon and watches it there; `undefined` when none runs. */
async function attach(machine: Machine, stay: Stay): Promise<ExitName | undefined> {
  const { world } = machine;
  const watching: { on?: ConnectionView } = {};
  const client = await machine.findDaemon((news) => watching.on?.news(news));
  if (client === undefined) return undefined;
  try {
    await client.call('watch', {});
    const status = () => client.call('status', {});
    const session = await client.call('connect', stay.request);
    await makeTeam(world, stay, status, (wish) => client.call('team', wish));
    watching.on = stay.openView(status);
    watching.on.begin(session);
    watching.on.progress('The daemon that runs on this machine has taken the project. Ctrl-C leaves this view; the daemon goes on.');
    const end = await Promise.race([interrupted(world), watching.on.quit.then(() => 'done' as const), watching.on.left.then(() => 'done' as const), client.closed.then(() => 'gone' as const)]);
    if (end === 'gone') watching.on.progress('The daemon has ended.');
    return end === 'gone' ? 'done' : end;
  } finally {
    await watching.on?.end();
    client.close();
  }
}

/** Is the daemon, until it is told to stop. */
async function serve(machine: Machine, stay: Stay): Promise<ExitName | 'taken'> {
  const { world } = machine;
  const watching: { on?: ConnectionView } = {};
  const daemon = await start(machine, stay, (news) => watching.on?.news(news));
  if (daemon === 'taken') return 'taken';
  const status = () => daemon.handlers.status({});
  const view = stay.openView(status);
  watching.on = view;
  const leave = () => {
    view.progress(`Leaving; runs have ${GRACE_MS / 1_000} s to save their work. Ctrl-C again does not wait.`);
    void daemon.stop(GRACE_MS);
  };
  void view.quit.then(leave);
  const signalled = interrupted(world).then((exit) => {
    leave();
    return exit;
  });
  try {
    const session = await daemon.handlers.connect(stay.request);
    view.progress(`${session.project.key} (${session.project.name}) as ${session.name}: ${count(session.capacity, 'run')} at once, ${session.agents.length === 0 ? 'no agent' : session.agents.join(', ')}. Ctrl-C leaves.`);
    view.begin(session);
    await makeTeam(world, stay, status, (wish) => daemon.handlers.team(wish));
  } catch (error) {
    await view.end();
    await daemon.stop(0);
    throw error;
  }
  await daemon.stopped;
  await view.end();
  const why = stay.handover === undefined ? daemon.reaped() : undefined;
  // To its lead, a worker that ends with its team has done what it should; a person who started one wanted something else.
  if (why !== undefined) throw failure('conflict', why, 'maestro team, which starts workers that have a place');
  return world.interrupt.aborted ? signalled : 'done';
}

/** Makes the team that was asked for, once the studio knows the session that is to lead it. */
async function makeTeam(world: World, stay: Stay, status: () => Promise<DaemonView>, make: (wish: ControlParams<'team'>) => Promise<ControlResult<'team'>>): Promise<void> {
  if (stay.team === undefined) return;
  const { request } = stay;
  const giveUpAt = world.clock.steady() + ONLINE_WITHIN_MS;
  for (;;) {
    const link = (await status()).sessions.find(({ project }) => project.id === request.project.id)?.link;
    if (link?.state === 'online') break;
    if (link?.state === 'refused' || link?.state === 'signed_out' || link?.state === 'stopped') throw failure('conflict', link.sentence ?? 'The project is not connected any more.', 'maestro status');
    if (world.clock.steady() > giveUpAt) throw failure('unreachable', link?.sentence ?? 'The studio was not reached in time.', 'maestro doctor');
    if (world.interrupt.aborted) return;
    await new Promise<void>((resolve) => {
      world.clock.after(LOOK_MS, resolve);
    });
  }
  stay.onTeam?.(await make({ ...stay.team, project: request.project.id }));
}

function start(machine: Machine, { request, handover }: Stay, onNews: (news: DaemonNews) => void): Promise<Daemon | 'taken'> {
  const { world, paths } = machine;
  return startDaemon({
    settings: world.settings,
    version: world.version,
    logger: openLog({ folder: paths.logs, level: world.settings.logLevel, clock: world.clock }),
    worker: request.role === 'worker' ? { folder: workerFolder(request.project.key, request.name), handover, lifeline: world.terminal.stdin } : undefined,
    tokens: async (studio) => machine.tokens(studio, (await machine.identityAt(studio)).secretStore),
    project: async (studio, id) => machine.studioAs(await machine.identityAt(studio)).call(ENDPOINTS.project, { path: { project: id } }),
    machineId: () => machine.identities.machineId(),
    teams: {
      make: async (studio, session, { dev, review, test }) => machine.studioAs(await machine.identityAt(studio)).call(ENDPOINTS.makeTeam, { path: { session }, body: { dev, review, test } }),
      close: async (studio, team) => void (await machine.studioAs(await machine.identityAt(studio)).call(ENDPOINTS.closeTeam, { path: { team } })),
    },
    onNews,
  });
}

/** Resolves at the first signal: Ctrl-C is an interruption, while a service manager that ends its service gets what it asked for. */
function interrupted({ interrupt }: World): Promise<'interrupted' | 'done'> {
  const exit = () => (interrupt.reason === 'SIGINT' ? 'interrupted' : 'done');
  return new Promise((resolve) => {
    if (interrupt.aborted) resolve(exit());
    else interrupt.addEventListener('abort', () => resolve(exit()), { once: true });
  });
}
