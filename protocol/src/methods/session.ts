import { z } from 'zod';
import { Instant, MachineId, MemberId, OpId, ProjectId, RunId, SessionId, TaskId } from '../ids.js';
import { Purpose } from '../purposes.js';
import { defineMethod } from '../rpc/index.js';

const epoch = z.number().int().min(0);

export const SessionRole = { lead: 'lead', worker: 'worker' } as const;
export type SessionRole = (typeof SessionRole)[keyof typeof SessionRole];

/** An agent program found on the machine. */
export const AgentOffer = z.strictObject({
  name: z.string().min(1).max(40),
  version: z.string().max(80).optional(),
  models: z.array(z.string().max(80)).max(50).default([]),
  /** Runs at once with this agent on the machine, over all its sessions; absent: no limit of its own. */
  slots: z.number().int().min(0).max(64).optional(),
});
export type AgentOffer = z.infer<typeof AgentOffer>;

/** A run that the daemon still holds, from its journal. `ended` means that its outcome follows by `run/finish`. */
export const HeldRun = z.strictObject({ run: RunId, epoch, state: z.enum(['claimed', 'running', 'ended']) });
export type HeldRun = z.infer<typeof HeldRun>;

export const sessionHello = defineMethod({
  name: 'session/hello',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: 'session.connect',
  mutating: false,
  doc: 'First message on a socket. Names the machine and what it can do, negotiates the protocol version, and settles every run that the machine still holds: each is told to continue under an epoch, or to stop.',
  params: z.strictObject({
    protocol: z.strictObject({ min: z.string().max(20), max: z.string().max(20) }),
    daemonVersion: z.string().max(40),
    machine: MachineId,
    hostname: z.string().max(255),
    project: ProjectId,
    /** Shown to people. */
    name: z.string().min(1).max(60),
    role: z.enum(SessionRole),
    purposes: z.array(z.enum(Purpose)).max(20),
    agents: z.array(AgentOffer).max(50),
    skills: z.array(z.strictObject({ slug: z.string().max(48), proficiency: z.number().int().min(1).max(5) })).max(200).default([]),
    /** Runs at once. */
    capacity: z.number().int().min(0).max(64),
    /** Runs at once on the whole machine, over all its sessions; absent: no limit of its own. */
    machineSlots: z.number().int().min(0).max(64).optional(),
    /** The project's remote answered, and this machine may push to it. */
    reachable: z.boolean(),
    mayPush: z.boolean(),
    runs: z.array(HeldRun).max(500),
    /** Of a worker: the channel of its team. It is admitted to the place that has its `name`, or refused. */
    teamChannel: z.string().max(80).optional(),
  }),
  result: z.strictObject({
    session: SessionId,
    member: MemberId,
    protocol: z.string(),
    serverTime: Instant,
    leaseSeconds: z.number().positive(),
    heartbeatSeconds: z.number().positive(),
    idleHeartbeatSeconds: z.number().positive(),
    project: z.strictObject({ id: ProjectId, key: z.string(), name: z.string() }),
    runs: z.array(z.discriminatedUnion('decision', [
      z.strictObject({ run: RunId, decision: z.literal('continue'), epoch }),
      z.strictObject({ run: RunId, decision: z.literal('stop'), why: z.string() }),
      z.strictObject({ run: RunId, decision: z.literal('report') }),
    ])),
  }),
  errors: ['version_unsupported', 'forbidden', 'not_found', 'unavailable'],
});

export const sessionHeartbeat = defineMethod({
  name: 'session/heartbeat',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: 'session.connect',
  mutating: false,
  doc: 'Renews the leases of the listed runs in one statement. Lists those that are no longer valid; the daemon stops them. `helloNeeded` says that the studio no longer knows this session.',
  params: z.strictObject({ runs: z.array(z.strictObject({ run: RunId, epoch })).max(500), freeSlots: z.number().int().min(0).max(64).optional() }),
  result: z.strictObject({ invalid: z.array(RunId), helloNeeded: z.boolean() }),
  errors: ['unavailable'],
});

export const sessionLeave = defineMethod({
  name: 'session/leave',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: 'session.connect',
  mutating: true,
  doc: 'The machine leaves on purpose: its offers are withdrawn at once. Runs that it still holds keep their leases until they end or expire.',
  params: z.strictObject({ opId: OpId }),
  result: z.strictObject({}),
  errors: [],
});

export const sessionDrain = defineMethod({
  name: 'session/drain',
  direction: 'studio-to-daemon',
  kind: 'notification',
  action: 'session.connect',
  mutating: false,
  doc: 'Take no new runs here: this studio process is going away. Reconnect after `reconnectMs`.',
  params: z.strictObject({ reconnectMs: z.number().int().min(0) }),
});

export const taskAccept = defineMethod({
  name: 'task/accept',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: 'task.accept',
  mutating: true,
  doc: 'The member accepts an offered task; its implement runs go to that member, this session first.',
  params: z.strictObject({ opId: OpId, task: TaskId }),
  result: z.strictObject({ key: z.string() }),
  errors: ['not_found', 'refused', 'conflict'],
});

export const taskDecline = defineMethod({
  name: 'task/decline',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: 'task.accept',
  mutating: true,
  doc: 'The member declines an offered task and says why.',
  params: z.strictObject({ opId: OpId, task: TaskId, why: z.string().max(2_000) }),
  result: z.strictObject({ key: z.string() }),
  errors: ['not_found', 'refused', 'conflict'],
});

export const taskAssigned = defineMethod({
  name: 'task/assigned',
  direction: 'studio-to-daemon',
  kind: 'notification',
  action: 'session.connect',
  mutating: false,
  doc: 'A task was offered to the member of this session. A hint: `maestro task list` shows the same.',
  params: z.strictObject({ task: TaskId, key: z.string(), title: z.string() }),
});
