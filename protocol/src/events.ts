/**
 * The catalogue of events: append-only, written in the transaction of the change they tell of, and the source of live updates,
 * activity and audit. Replaying the `…/status` events of a thing yields its present state.
 */
export const EventKind = {
  projectCreated: 'project/created',
  projectUpdated: 'project/updated',
  planCreated: 'plan/created',
  planEdited: 'plan/edited',
  planMessage: 'plan/message',
  planStatus: 'plan/status',
  planNotice: 'plan/notice',
  taskCreated: 'task/created',
  taskEdited: 'task/edited',
  taskStatus: 'task/status',
  taskStarted: 'task/started',
  taskOffered: 'task/offered',
  taskComment: 'task/comment',
  taskGranted: 'task/granted',
  taskAnswered: 'task/answered',
  runCreated: 'run/created',
  runStatus: 'run/status',
  runOutput: 'run/output',
  runSteered: 'run/steered',
  runCheckpoint: 'run/checkpoint',
  reviewVerdict: 'review/verdict',
  reviewEvidence: 'review/evidence',
  mergeFound: 'merge/found',
  mergeLanded: 'merge/landed',
  sessionStatus: 'session/status',
} as const;
export type EventKind = (typeof EventKind)[keyof typeof EventKind];
export const EVENT_KINDS = Object.values(EventKind);
