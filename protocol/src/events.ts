/**
 * The catalogue of events: append-only, written in the transaction of the change they tell of, and the source of live updates,
 * activity and audit. Replaying the `…/status` events of a thing yields its present state.
 */
export const EventKind = {
  accountRevoked: 'account/revoked',
  workspaceCreated: 'workspace/created',
  workspaceUpdated: 'workspace/updated',
  memberJoined: 'member/joined',
  memberRoles: 'member/roles',
  memberRemoved: 'member/removed',
  memberSkills: 'member/skills',
  inviteCreated: 'invite/created',
  inviteRevoked: 'invite/revoked',
  skillCreated: 'skill/created',
  skillUpdated: 'skill/updated',
  projectCreated: 'project/created',
  projectUpdated: 'project/updated',
  planCreated: 'plan/created',
  planEdited: 'plan/edited',
  planMessage: 'plan/message',
  planStatus: 'plan/status',
  planNotice: 'plan/notice',
  taskCreated: 'task/created',
  taskEdited: 'task/edited',
  /** A draft was deleted; any other task is cancelled instead. */
  taskRemoved: 'task/removed',
  taskStatus: 'task/status',
  taskStarted: 'task/started',
  taskOffered: 'task/offered',
  taskComment: 'task/comment',
  taskGranted: 'task/granted',
  taskAnswered: 'task/answered',
  /** A budget is nearly spent, or was raised. */
  taskBudget: 'task/budget',
  runCreated: 'run/created',
  runStatus: 'run/status',
  runOutput: 'run/output',
  runSteered: 'run/steered',
  runCheckpoint: 'run/checkpoint',
  /** An outcome that came too late to count, kept with its commits. */
  runEvidence: 'run/evidence',
  reviewVerdict: 'review/verdict',
  reviewEvidence: 'review/evidence',
  mergeFound: 'merge/found',
  mergeLanded: 'merge/landed',
  /** A workspace, a project or a session is paused, or no longer. */
  dispatchPaused: 'dispatch/paused',
  dispatchResumed: 'dispatch/resumed',
  sessionStatus: 'session/status',
  /** An analysis was asked for, or ended. */
  analysisStatus: 'analysis/status',
  /** A context file has a new version. */
  contextFileUpdated: 'context-file/updated',
  teamOpened: 'team/opened',
  teamClosed: 'team/closed',
  /** A worker of a team is in another state. */
  teamWorker: 'team/worker',
  /** The agents of a team have talked as long as the policy lets them; a person is asked. */
  teamAttention: 'team/attention',
  /** The standing directives of a team were taken back. */
  teamSteeringCleared: 'team/steering_cleared',
  channelMessage: 'channel/message',
} as const;
export type EventKind = (typeof EventKind)[keyof typeof EventKind];
export const EVENT_KINDS = Object.values(EventKind);
