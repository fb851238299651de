import { Purpose, SessionRole, WorkerJob } from '@maestro/protocol';
import { z } from 'zod';

/**
 * What the command line says to the running daemon, over its control socket. Both are of one machine and mostly of one version; shapes are
 * checked all the same, because an upgrade leaves an old daemon running.
 */

export const ConnectRequest = z.object({
  studio: z.string(),
  project: z.object({ id: z.string(), key: z.string(), name: z.string() }),
  name: z.string().min(1).max(60),
  role: z.enum(SessionRole),
  purposes: z.array(z.enum(Purpose)),
  skills: z.array(z.object({ slug: z.string(), proficiency: z.number().int().min(1).max(5) })),
  /** Empty: all that are installed. */
  agents: z.array(z.string()),
  capacity: z.number().int().min(0).max(64),
  /** The clone it was called from; its credential settings reach the remote. Absent when the project was named. */
  clone: z.string().optional(),
  /** Of a worker: the channel of its team. */
  teamChannel: z.string().optional(),
});
export type ConnectRequest = z.infer<typeof ConnectRequest>;

const LinkView = z.object({
  state: z.enum(['connecting', 'online', 'offline', 'signed_out', 'refused', 'stopped']),
  /** ISO 8601, UTC. */
  since: z.string(),
  sentence: z.string().optional(),
  retryAt: z.string().optional(),
  session: z.string().optional(),
});

const RunLine = z.object({
  run: z.string(),
  purpose: z.string(),
  taskKey: z.string().optional(),
  agent: z.string().optional(),
  state: z.enum(['claimed', 'running', 'stopping', 'ended', 'waiting']),
  phase: z.string().optional(),
  waitReason: z.string().optional(),
  fenced: z.boolean(),
  idleSeconds: z.number().optional(),
  startedAt: z.string().optional(),
  unsentEvents: z.number(),
});

const TeamLine = z.object({
  id: z.string(),
  channel: z.string(),
  workers: z.array(z.object({ id: z.string(), name: z.string(), job: z.enum(WorkerJob), pid: z.number().nullable(), alive: z.boolean() })),
});

export const SessionLine = z.object({
  studio: z.string(),
  project: z.object({ id: z.string(), key: z.string(), name: z.string() }),
  name: z.string(),
  role: z.enum(SessionRole),
  capacity: z.number(),
  agents: z.array(z.string()),
  link: LinkView,
  runs: z.array(RunLine),
  /** The team that this session leads. */
  team: TeamLine.optional(),
});
export type SessionLine = z.infer<typeof SessionLine>;

export const DaemonView = z.object({ pid: z.number(), version: z.string(), startedAt: z.string(), home: z.string(), sessions: z.array(SessionLine) });
export type DaemonView = z.infer<typeof DaemonView>;

/** Something worth a line for whoever watches. */
export const DaemonNews = z.object({ at: z.string(), kind: z.string(), project: z.string().optional(), run: z.string().optional(), text: z.string() });
export type DaemonNews = z.infer<typeof DaemonNews>;

const places = z.number().int().min(0).max(64);

const RunChoice = z.object({
  /** A run's id, or a task's key; absent: the only one there is. */
  run: z.string().optional(),
});

export const CONTROL = {
  status: { params: z.object({}), result: DaemonView },
  connect: { params: ConnectRequest, result: SessionLine },
  /** `graceSeconds`: how long runs may take to save their work. `project` absent: everything, and the daemon ends. */
  disconnect: { params: z.object({ project: z.string().optional(), graceSeconds: z.number().min(0).max(600) }), result: z.object({ left: z.array(z.string()) }) },
  steer: { params: RunChoice.extend({ text: z.string().min(1).max(20_000) }), result: z.object({ run: z.string(), taskKey: z.string().optional() }) },
  /** Makes a team led by the session of a connected project, and starts its workers. `project`: its id. */
  team: {
    params: z.object({ project: z.string(), dev: places, review: places, test: places, agents: z.array(z.string()), skills: ConnectRequest.shape.skills }),
    result: TeamLine,
  },
  done: { params: RunChoice.extend({ message: z.string().max(64_000) }), result: z.object({ run: z.string(), taskKey: z.string().optional() }) },
  /** From now on this connection gets `news` notifications. */
  watch: { params: z.object({}), result: z.object({}) },
} as const;
export type ControlMethod = keyof typeof CONTROL;
export type ControlParams<M extends ControlMethod> = z.infer<(typeof CONTROL)[M]['params']>;
export type ControlResult<M extends ControlMethod> = z.infer<(typeof CONTROL)[M]['result']>;
export const NEWS = 'news';
