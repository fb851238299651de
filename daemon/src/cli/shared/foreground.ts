import { startDaemon } from '../../daemon.js';
import type { Daemon } from '../../daemon.js';
import type { ConnectRequest, DaemonNews } from '../../features/control/index.js';
import { ENDPOINTS } from '../../features/studio-api/index.js';
import { openLog } from '../../platform/logger.js';
import type { World } from '../command.js';
import type { ExitName } from '../exit-codes.js';
import { failure } from '../failure.js';
import { count } from '../format/words.js';
import type { Machine } from './machine.js';
import { ConnectionWatch } from './watch-connection.js';

/** How long runs may take to save their work when the daemon is told to stop. */
const GRACE_MS = 20_000;

/** Connects the project and stays with it until it is left. */
export async function stayConnected(machine: Machine, request: ConnectRequest): Promise<ExitName> {
  // Another connect may become the daemon between the look and the start, and may end between the refusal and the next look.
  for (let tries = 0; tries < 5; tries += 1) {
    // A worker is handed to nobody: its process is what its team's lead watches and ends.
    const attached = request.role === 'worker' ? undefined : await attach(machine, request);
    if (attached !== undefined) return attached;
    const served = await serve(machine, request);
    if (served !== 'taken') return served;
  }
  throw failure('conflict', 'Another maestro connect starts and ends all the time.', 'maestro status');
}

/** Hands the project to the running daemon and watches it there; `undefined` when none runs. */
async function attach(machine: Machine, request: ConnectRequest): Promise<ExitName | undefined> {
  const { world } = machine;
  const watching: { on?: ConnectionWatch } = {};
  const client = await machine.findDaemon((news) => watching.on?.news(news));
  if (client === undefined) return undefined;
  try {
    await client.call('watch', {});
    watching.on = new ConnectionWatch(world, request.project, () => client.call('status', {}));
    watching.on.begin(await client.call('connect', request));
    progress(world, 'The daemon that runs on this machine has taken the project. Ctrl-C leaves this view; the daemon goes on.');
    const end = await Promise.race([interrupted(world), watching.on.left.then(() => 'done' as const), client.closed.then(() => 'gone' as const)]);
    if (end !== 'gone') return end;
    watching.on.end();
    progress(world, 'The daemon has ended.');
    return 'done';
  } finally {
    client.close();
  }
}

/** Is the daemon, until it is told to stop. */
async function serve(machine: Machine, request: ConnectRequest): Promise<ExitName | 'taken'> {
  const { world } = machine;
  const watching: { on?: ConnectionWatch } = {};
  const daemon = await start(machine, request, (news) => watching.on?.news(news));
  if (daemon === 'taken') return 'taken';
  const watch = new ConnectionWatch(world, request.project, () => daemon.handlers.status({}));
  watching.on = watch;
  const signalled = interrupted(world).then((exit) => {
    progress(world, `Leaving; runs have ${GRACE_MS / 1_000} s to save their work. Ctrl-C again does not wait.`);
    void daemon.stop(GRACE_MS);
    return exit;
  });
  try {
    const session = await daemon.handlers.connect(request);
    progress(world, `${session.project.key} (${session.project.name}) as ${session.name}: ${count(session.capacity, 'run')} at once, ${session.agents.length === 0 ? 'no agent' : session.agents.join(', ')}. Ctrl-C leaves.`);
    watch.begin(session);
  } catch (error) {
    await daemon.stop(0);
    throw error;
  }
  await daemon.stopped;
  watch.end();
  return world.interrupt.aborted ? signalled : 'done';
}

function start(machine: Machine, request: ConnectRequest, onNews: (news: DaemonNews) => void): Promise<Daemon | 'taken'> {
  const { world, paths } = machine;
  return startDaemon({
    settings: world.settings,
    version: world.version,
    logger: openLog({ folder: paths.logs, level: world.settings.logLevel, clock: world.clock }),
    worker: request.role === 'worker',
    tokens: async (studio) => machine.tokens(studio, (await machine.identityAt(studio)).secretStore),
    project: async (studio, id) => machine.studioAs(await machine.identityAt(studio)).call(ENDPOINTS.project, { path: { project: id } }),
    machineId: () => machine.identities.machineId(),
    onNews,
  });
}

function progress(world: World, text: string): void {
  if (!world.json) world.terminal.err(text);
}

/** Resolves at the first signal: Ctrl-C is an interruption, while a service manager that ends its service gets what it asked for. */
function interrupted({ interrupt }: World): Promise<'interrupted' | 'done'> {
  const exit = () => (interrupt.reason === 'SIGINT' ? 'interrupted' : 'done');
  return new Promise((resolve) => {
    if (interrupt.aborted) resolve(exit());
    else interrupt.addEventListener('abort', () => resolve(exit()), { once: true });
  });
}
