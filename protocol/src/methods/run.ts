import { z } from 'zod';
import { Instant, ObjectName, OpId, RunId, TaskId } from '../ids.js';
import { defineMethod } from '../rpc/index.js';
import { WaitReason } from '../states/run.js';
import { RunEventItem, RunOutcome, Usage } from './outcomes.js';
import { RunPacket } from './packet.js';

const epoch = z.number().int().min(1);
const held = { run: RunId, epoch };
const connect = 'session.connect' as const;

/** What an outcome counts for: it moves its task, a newer run took its place, or it came when nothing was to be decided any more. */
export const Counted = z.enum(['counted', 'superseded', 'evidence']);
export type Counted = z.infer<typeof Counted>;

export const runClaim = defineMethod({
  name: 'run/claim',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: connect,
  mutating: true,
  doc: 'Takes an offered run: a lease from the database clock and a new epoch, with everything needed to do the work.',
  params: z.strictObject({ opId: OpId, run: RunId }),
  result: z.strictObject({ packet: RunPacket, leaseUntil: Instant }),
  errors: ['not_found', 'refused', 'forbidden'],
});

export const runDecline = defineMethod({
  name: 'run/decline',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: connect,
  mutating: true,
  doc: 'Gives an offer back at once instead of letting it go unclaimed; costs no attempt.',
  params: z.strictObject({ opId: OpId, run: RunId, why: z.string().max(500) }),
  result: z.strictObject({}),
  errors: ['not_found'],
});

export const runOffers = defineMethod({
  name: 'run/offers',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: connect,
  mutating: false,
  doc: 'The runs on offer to this session. The poll behind `run/available`.',
  params: z.strictObject({}),
  result: z.strictObject({ runs: z.array(RunId) }),
  errors: [],
});

export const runStart = defineMethod({
  name: 'run/start',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: connect,
  mutating: true,
  doc: 'The lane is ready and the work begins.',
  params: z.strictObject({ opId: OpId, ...held, startedAt: Instant }),
  result: z.strictObject({}),
  errors: ['not_found', 'stale_epoch'],
});

export const runEvents = defineMethod({
  name: 'run/events',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: connect,
  mutating: false,
  doc: 'Appends journal lines. Lines that the studio already has (by `seq`) are skipped, so a batch may be sent again; the answer names the last one it holds without a gap, and how long (ms) to wait before the next batch. Accepted under a stale epoch too: they are history.',
  params: z.strictObject({ ...held, events: z.array(RunEventItem).min(1).max(200), usage: Usage.optional() }),
  result: z.strictObject({ ackSeq: z.number().int().min(0), pauseMs: z.number().int().min(0).max(60_000).default(0) }),
  errors: ['not_found', 'forbidden'],
});

export const runCheckpoint = defineMethod({
  name: 'run/checkpoint',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: connect,
  mutating: true,
  doc: 'Work in progress was pushed to `refs/maestro/wip/<task>`, so that another machine can take over.',
  params: z.strictObject({ opId: OpId, ...held, head: ObjectName }),
  result: z.strictObject({}),
  errors: ['not_found', 'stale_epoch'],
});

export const runPush = defineMethod({
  name: 'run/push',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: connect,
  mutating: true,
  doc: 'May I push? Granted only while task and plan still say so and the approval still names this head; marks the run `pushing` in the same transaction. `tip` and `commit` are the recorded intent.',
  params: z.strictObject({ opId: OpId, ...held, head: ObjectName, tip: ObjectName, commit: ObjectName, tipMoved: z.boolean() }),
  result: z.discriminatedUnion('granted', [
    z.strictObject({ granted: z.literal(true) }),
    z.strictObject({ granted: z.literal(false), reason: z.string(), review: z.boolean() }),
  ]),
  errors: ['not_found', 'stale_epoch'],
});

export const runWait = defineMethod({
  name: 'run/wait',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: connect,
  mutating: true,
  doc: 'The run checkpointed and waits: lease and slot are given back. `quota` resumes by itself at `until`; `human` carries the question.',
  params: z.strictObject({ opId: OpId, ...held, reason: z.enum(WaitReason), until: Instant.optional(), question: z.string().max(8_000).optional(), head: ObjectName.optional() }),
  result: z.strictObject({}),
  errors: ['not_found', 'stale_epoch'],
});

export const runFinish = defineMethod({
  name: 'run/finish',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: connect,
  mutating: true,
  doc: 'The outcome. Never refused: under a stale epoch it is reconciled by the run table, and the answer says whether it counted, was superseded, or is kept as evidence (then its commits go to `refs/maestro/late/<run>`).',
  params: z.strictObject({ opId: OpId, ...held, startedAt: Instant.optional(), lastSeq: z.number().int().min(0), usage: Usage, outcome: RunOutcome }),
  result: z.strictObject({ counted: Counted }),
  errors: ['not_found', 'forbidden'],
});

export const runSubtask = defineMethod({
  name: 'run/subtask',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: connect,
  mutating: true,
  doc: "A subtask that the run's agent asks for; at most 5 per run, depth 2. `waiting` says whether the parent may wait for it (then the run is to yield).",
  params: z.strictObject({
    opId: OpId,
    ...held,
    title: z.string().min(1).max(200),
    description: z.string().max(20_000).default(''),
    acceptanceCriteria: z.array(z.string().max(2_000)).max(50).default([]),
    skills: z.array(z.strictObject({ slug: z.string().max(48), min: z.number().int().min(1).max(5) })).max(20).default([]),
    wait: z.boolean().default(false),
    needsParent: z.boolean().default(false),
  }),
  result: z.strictObject({ task: TaskId, key: z.string(), waiting: z.boolean(), sentence: z.string() }),
  errors: ['not_found', 'stale_epoch', 'refused'],
});

export const runAvailable = defineMethod({
  name: 'run/available',
  direction: 'studio-to-daemon',
  kind: 'notification',
  action: connect,
  mutating: false,
  doc: 'A run was dispatched to this session. A hint: `run/offers` lists the same.',
  params: z.strictObject({ run: RunId }),
});

export const runCancel = defineMethod({
  name: 'run/cancel',
  direction: 'studio-to-daemon',
  kind: 'notification',
  action: connect,
  mutating: false,
  doc: 'Kill the run with all it started and snapshot the lane. A hint: the next heartbeat lists the run as invalid.',
  params: z.strictObject({ run: RunId, why: z.string() }),
});

export const runHold = defineMethod({
  name: 'run/hold',
  direction: 'studio-to-daemon',
  kind: 'notification',
  action: connect,
  mutating: false,
  doc: 'No new turn: checkpoint, stop the agent and ask to wait with this reason.',
  params: z.strictObject({ run: RunId, reason: z.enum(WaitReason) }),
});

export const runSteer = defineMethod({
  name: 'run/steer',
  direction: 'studio-to-daemon',
  kind: 'notification',
  action: connect,
  mutating: false,
  doc: 'New words of a person for the running agent; where its program cannot take them they open its next turn.',
  params: z.strictObject({ run: RunId, text: z.string().min(1).max(20_000) }),
});
