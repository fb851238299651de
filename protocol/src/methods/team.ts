import { z } from 'zod';
import { Instant, OpId, RunId, TeamId, WorkerId } from '../ids.js';
import { Purpose } from '../purposes.js';
import { defineMethod } from '../rpc/index.js';

/** What a worker is there for. */
export const WorkerJob = { dev: 'dev', review: 'review', test: 'test' } as const;
export type WorkerJob = (typeof WorkerJob)[keyof typeof WorkerJob];

/** A tester is a reviewer with another checklist: it judges by running the change. */
export const JOB_PURPOSES: Readonly<Record<WorkerJob, Purpose>> = { dev: Purpose.implement, review: Purpose.review, test: Purpose.review };

/** `steering`: a directive of a person, standing until it is cleared. `report`: the studio's word on what a worker finished, or how it ended. `note`: anything else. */
export const ChannelKind = { steering: 'steering', report: 'report', note: 'note' } as const;
export type ChannelKind = (typeof ChannelKind)[keyof typeof ChannelKind];

export const ChannelMessage = z.strictObject({
  /** 1, 2, 3, … within the channel. */
  seq: z.number().int().min(1),
  kind: z.enum(ChannelKind),
  author: z.strictObject({ type: z.enum(['person', 'agent', 'studio']), name: z.string() }),
  text: z.string(),
  run: RunId.nullable(),
  at: Instant,
  /** When a directive was taken back. */
  clearedAt: Instant.nullable(),
});
export type ChannelMessage = z.infer<typeof ChannelMessage>;

const connect = 'session.connect' as const;

export const channelPost = defineMethod({
  name: 'channel/post',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: connect,
  mutating: true,
  doc: "An agent's words for its team. Refused once the agents have used up their turns (policy `maxChannelTurns`); a person's message gives them new ones.",
  params: z.strictObject({ opId: OpId, run: RunId.optional(), text: z.string().min(1).max(8_000) }),
  result: z.strictObject({ seq: z.number().int(), turnsLeft: z.number().int() }),
  errors: ['not_found', 'refused'],
});

export const channelRead = defineMethod({
  name: 'channel/read',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: connect,
  mutating: false,
  doc: "What was said in the channel of this session's team after `after`, oldest first, and whether the team is still there. The poll behind `channel/message` and `team/reap`.",
  params: z.strictObject({ after: z.number().int().min(0).default(0) }),
  result: z.strictObject({ team: z.strictObject({ id: TeamId, open: z.boolean(), why: z.string() }).nullable(), messages: z.array(ChannelMessage).max(200) }),
  errors: [],
});

export const channelMessage = defineMethod({
  name: 'channel/message',
  direction: 'studio-to-daemon',
  kind: 'notification',
  action: connect,
  mutating: false,
  doc: 'Something was said in the channel. A hint: `channel/read` has it too.',
  params: z.strictObject({ team: TeamId, message: ChannelMessage }),
});

export const teamReport = defineMethod({
  name: 'team/report',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: connect,
  mutating: true,
  doc: 'The lead says what became of the process of a worker. Only the lead of its team may; the first end of a worker counts.',
  params: z.strictObject({ opId: OpId, worker: WorkerId, end: z.enum(['not_started', 'exited', 'killed']), why: z.string().max(500) }),
  result: z.strictObject({}),
  errors: ['not_found', 'forbidden'],
});

export const teamReap = defineMethod({
  name: 'team/reap',
  direction: 'studio-to-daemon',
  kind: 'notification',
  action: connect,
  mutating: false,
  doc: 'The team is over: a worker saves its work and ends, a lead sees that none is left. A hint: `channel/read` says that the team is not open.',
  params: z.strictObject({ team: TeamId, why: z.string() }),
});
