import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import type { Tracer } from '@maestro/protocol';
import { readAgentSettings } from './config/agents.js';
import type { HomePaths } from './config/home.js';
import { homePaths, makeHome } from './config/home.js';
import type { Settings } from './config/settings.js';
import { startToolsSocket } from './features/agent-tools/index.js';
import type { ToolCall, ToolAnswer } from './features/agent-tools/index.js';
import { agentEnvironment, createAgents } from './features/agents/index.js';
import { analysisKit } from './features/analysis/index.js';
import { serveControl } from './features/control/index.js';
import type { ControlHandlers, DaemonNews, DaemonView } from './features/control/index.js';
import { Disk, Housekeeping } from './features/disk/index.js';
import type { HousekeepingOptions } from './features/disk/index.js';
import { JournalStore } from './features/journal/index.js';
import { readCredentialSettings } from './features/projects/index.js';
import { Places, Sessions } from './features/sessions/index.js';
import { allRecords, guardWorker, reapRuns, reapTeam } from './features/team/index.js';
import type { LeadPorts, TeamSigns, WorkerPlace } from './features/team/index.js';
import { systemClock } from './platform/clock.js';
import type { Clock } from './platform/clock.js';
import { failpointsOf } from './platform/failpoints.js';
import { GitSandbox } from './platform/git-sandbox.js';
import { Git } from './platform/git.js';
import { LocalRefusal } from './platform/line-rpc.js';
import type { LineServer } from './platform/line-rpc.js';
import type { Logger } from './platform/logger.js';
import { newId } from './platform/new-id.js';
import { LivingProcesses } from './platform/living-processes.js';
import { ownFile } from './platform/own-files.js';
import { reapLeftovers } from './platform/process.js';
import type { MachinePorts } from './features/sessions/index.js';
import { Stopping } from './stopping.js';

export interface DaemonOptions {
  readonly settings: Settings;
  readonly version: string;
  readonly logger: Logger;
  /** A team's worker: a process of its own that nobody hands projects to. */
  readonly worker: WorkerPlace | undefined;
  readonly tokens: MachinePorts['tokens'];
  readonly project: MachinePorts['project'];
  readonly machineId: MachinePorts['machineId'];
  readonly teams: Pick<LeadPorts, 'make' | 'close'>;
  readonly onNews: (news: DaemonNews) => void;
}

export interface Daemon {
  readonly handlers: ControlHandlers;
  /** Resolves when it has been stopped, by whomever. */
  readonly stopped: Promise<void>;
  /** Why a worker has ended by itself; undefined while it has not, or when somebody ended it. */
  readonly reaped: () => string | undefined;
  /** Lets runs save their work for at most this long, and ends. */
  stop(graceMs: number): Promise<void>;
}

/** Settled journals are kept this long, for `maestro logs`. */
const JOURNALS_KEPT_MS = 7 * 24 * 60 * 60_000;

/** Wires the daemon of this machine. Answers `taken` when one runs already. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon | 'taken'> {
  const { logger } = options;
  const clock = systemClock();
  const paths = pathsOf(options);
  await makeHome(paths);
  const listeners = new Set<(news: DaemonNews) => void>([options.onNews]);
  const tell: MachinePorts['tell'] = (kind, text, about = {}) => {
    logger.info({ ...about, kind }, text);
    for (const listener of listeners) listener({ at: new Date(clock.now()).toISOString(), kind, text, ...about });
  };
  const journals = new JournalStore(paths.runs, clock);
  const openJournals = (folder: string) => new JournalStore(folder, clock);
  const control = new ControlSlot();
  const sessions = new LazySessions();
  const stopping = new Stopping(clock, async (graceMs) => {
    await sessions.stop(graceMs);
    await control.close();
  });
  const handlers: ControlHandlers = {
    status: () => Promise.resolve(view(options, clock.now(), sessions)),
    connect: async (request) => (await sessions.ready()).connect(request),
    disconnect: async ({ project, graceSeconds }) => {
      const left = await (await sessions.ready()).disconnect(project, graceSeconds * 1_000);
      // Answered first: the socket closes with the daemon.
      if (project === undefined || (await sessions.ready()).empty) clock.after(50, () => void stopping.stop(0));
      return { left: [...left] };
    },
    steer: async ({ run, text }) => (await sessions.ready()).steer(run, text),
    team: async (wish) => (await sessions.ready()).team(wish),
    done: async ({ run, message }) => (await sessions.ready()).done(run, message),
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const guard =
    options.worker === undefined
      ? undefined
      : guardWorker({ place: options.worker, clock, runs: paths.runs, journals: openJournals, controlSocket: paths.controlSocket, tell: (text) => tell('reaped', text), end: (graceMs, deadlineMs) => void stopping.stop(graceMs, deadlineMs) });
  if (guard === undefined) {
    const served = await serveControl({ path: paths.controlSocket, lockPath: join(paths.locks, 'daemon'), handlers, onProblem: (error) => logger.error({ error }, 'control') });
    if (served === 'taken') return 'taken';
    control.hold(served);
  } else {
    stopping.atLast(() => guard.finish());
  }
  sessions.begin(() => assemble(options, { paths, journals, openJournals, tell, stopping, teamSigns: guard }));
  return { handlers, stopped: stopping.done, reaped: () => guard?.why, stop: (graceMs) => stopping.stop(graceMs) };
}

interface Parts {
  readonly paths: HomePaths;
  readonly journals: JournalStore;
  readonly openJournals: (folder: string) => JournalStore;
  readonly tell: MachinePorts['tell'];
  readonly stopping: Stopping;
  readonly teamSigns: TeamSigns | undefined;
}

/** A worker shares what the machine has but not its journals: they are the memory of one process. */
function pathsOf({ settings, worker }: DaemonOptions): HomePaths {
  const paths = homePaths(settings.home);
  return worker === undefined ? paths : { ...paths, runs: join(paths.workers, worker.folder, 'runs') };
}

async function assemble(options: DaemonOptions, { paths, journals, openJournals, tell, stopping, teamSigns }: Parts): Promise<Sessions> {
  const { settings, logger, version } = options;
  const clock = systemClock();
  const onProblem = ({ id, detail, about }: { id: string; detail: unknown; about?: object }) => logger.warn({ id, ...about, error: detail instanceof Error ? detail : undefined, detail: detail instanceof Error ? undefined : detail }, id);
  await reapEarlier(options, { paths, journals, openJournals, tell });
  await journals.sweep(JOURNALS_KEPT_MS);
  const toolHandlers = new Map<string, (call: ToolCall) => Promise<ToolAnswer>>();
  const tools = await startToolsSocket({
    socketPath: join(dirname(paths.controlSocket), options.worker !== undefined ? `tools-${process.pid}.sock` : 'tools.sock'),
    clock,
    host: { handle: async (run, call) => (await toolHandlers.get(run)?.(call)) ?? { ok: false, text: 'This run is over.' } },
    onProblem: ({ id, error }) => onProblem({ id, detail: error }),
  });
  stopping.before(() => tools.close());
  const git = await Git.open({ emptyHome: paths.gitHome, path: settings.path, sshAuthSock: settings.sshAuthSock });
  const sandbox = await GitSandbox.find({ path: settings.path, cwd: paths.home });
  const chosen = await readAgentSettings(paths.config);
  if (!chosen.ok) throw new LocalRefusal('config_unreadable', chosen.sentence, 'correct its [agents] or [machine] part');
  const agents = createAgents({ host: settings.environment, clock, ...chosen.value, ...(settings.rehearsal === undefined ? {} : { rehearsal: { script: settings.rehearsal } }) });
  const tracer = await tracerOf(options, stopping);
  const random = () => Math.random();
  const places = new Places({ home: paths.home, git, sandbox, clock, spares: settings.spareLanes, failpoints: failpointsOf(settings.failpoint), onProblem: (error) => onProblem({ id: 'lanes/background_failed', detail: error }) });
  stopping.before(() => places.close());
  if (options.worker === undefined) keepHouse(options, { paths, journals, tell, stopping }, { places, clock, onProblem });
  return new Sessions({
    clock,
    random,
    newId: () => newId(),
    version,
    hostname: hostname(),
    machineId: options.machineId,
    agents,
    slots: chosen.value.slots,
    journals,
    places,
    tokens: options.tokens,
    project: options.project,
    credentialSettings: (clone) => (clone === undefined ? Promise.resolve([]) : readCredentialSettings(settings, clone)),
    tell,
    teamSigns,
    lead: { clock, newId: () => newId(), home: paths.home, runs: paths.runs, workers: paths.workers, logs: paths.logs, program: { command: process.execPath, args: [ownFile('bin/maestro.js')] }, host: settings.environment, journals: openJournals, ...options.teams },
    runPorts: {
      clock,
      random,
      newId: () => newId(),
      agents,
      toolHandlers,
      grants: {
        grant: (run, names) => ({ command: process.execPath, args: [ownFile('bin/maestro.js'), 'mcp'], socketPath: tools.socketPath, token: tools.grant(run, names as Parameters<typeof tools.grant>[1]), names }),
        revoke: (run) => tools.revoke(run),
      },
      commandEnv: agentEnvironment({ host: settings.environment, allow: [] }),
      analysis: analysisKit({ folder: paths.gitHome, projects: join(paths.home, 'projects'), path: settings.path }),
      sweep: async (marker, processes) => void (await reapLeftovers([{ pid: 0, startTime: '', marker }, ...processes.map((each) => ({ ...each, marker }))])),
      living: new LivingProcesses(clock),
      tracer,
      onProblem,
    },
  });
}

/** What is left is sent before the process ends. */
async function tracerOf({ settings, version }: DaemonOptions, stopping: Stopping): Promise<Tracer | undefined> {
  if (settings.collector === undefined) return undefined;
  const { createTracer, exporterTo } = await import('./platform/tracing.js');
  const tracer = createTracer(exporterTo(settings.collector), { name: 'maestro-daemon', version });
  stopping.before(() => tracer.flush());
  return tracer;
}

/** One process of a machine tidies up: the workers of a team share what the daemon has. */
function keepHouse({ settings }: DaemonOptions, { paths, journals, tell, stopping }: Pick<Parts, 'paths' | 'journals' | 'tell' | 'stopping'>, { places, clock, onProblem }: { places: Places; clock: Clock; onProblem: HousekeepingOptions['onProblem'] }): void {
  const shared = { paths, clock, places: () => places.all() };
  const housekeeping = new Housekeeping({ ...shared, disk: new Disk(shared), budget: settings.diskBudget, sweepJournals: () => journals.sweep(JOURNALS_KEPT_MS), tell: (text) => tell('disk', text), onProblem });
  housekeeping.start();
  stopping.before(() => housekeeping.stop());
}

/** What a daemon that died left running, of whatever project, and its teams: nobody else will. A worker looks after its own journals alone; the others' are alive. */
async function reapEarlier({ worker }: DaemonOptions, { paths, journals, openJournals, tell }: Pick<Parts, 'paths' | 'journals' | 'openJournals' | 'tell'>): Promise<void> {
  let killed = await reapRuns(journals);
  // Their lead is this daemon's predecessor: there is one daemon on a machine, and it is this one.
  if (worker === undefined) for (const record of await allRecords(paths.home)) killed += await reapTeam(record, openJournals);
  if (killed > 0) tell('reaped', `Ended ${killed} ${killed === 1 ? 'process' : 'processes'} that an earlier daemon left behind.`);
}

function view(options: DaemonOptions, now: number, sessions: LazySessions): DaemonView {
  const startedAt = new Date(now - process.uptime() * 1_000).toISOString();
  return { pid: process.pid, version: options.version, startedAt, home: options.settings.home, sessions: [...sessions.views()] };
}

/** The sessions, made after the control socket answers: a second `connect` finds this daemon at once and waits its turn. */
class LazySessions {
  private made: Promise<Sessions> | undefined;
  private current: Sessions | undefined;

  begin(make: () => Promise<Sessions>): void {
    this.made = make().then((sessions) => {
      this.current = sessions;
      return sessions;
    });
    // Whoever asks gets the rejection; until then nobody has to.
    this.made.catch(() => undefined);
  }

  ready(): Promise<Sessions> {
    if (this.made === undefined) throw new Error('sessions_not_begun');
    return this.made;
  }

  views() {
    return this.current?.views() ?? [];
  }

  async stop(graceMs: number): Promise<void> {
    const sessions = await this.made?.catch(() => undefined);
    await sessions?.disconnect(undefined, graceMs);
  }
}

class ControlSlot {
  private server: LineServer | undefined;

  hold(server: LineServer): void {
    this.server = server;
  }

  async close(): Promise<void> {
    await this.server?.close();
  }
}
