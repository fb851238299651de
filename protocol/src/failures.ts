/**
 * Why a run failed, as a closed set. It decides where the next attempt goes and what a person is told;
 * the wording for the person is the `sentence` that comes with it.
 */
export const FailureClass = {
  /** The agent's program is not installed here, or is too old. */
  agentMissing: 'agent_missing',
  /** The agent is not signed in, or its key was refused. */
  auth: 'auth',
  /** The agent's plan or rate limit is used up. Such a run waits; it fails only where waiting is impossible. */
  quota: 'quota',
  /** The program ended without finishing its turn. */
  crash: 'crash',
  /** The agent reached its turn cap before it was done. */
  turns: 'turns',
  /** The run's time was over. */
  timeout: 'timeout',
  /** Nothing was heard from the agent for too long. */
  stalled: 'stalled',
  /** The program spoke something that its adapter does not understand. */
  protocol: 'protocol',
  /** The agent declined the work. */
  refused: 'refused',
  /** The lane could not be prepared, or was tampered with. */
  lane: 'lane',
  /** A trusted git command failed: fetch, import or push. */
  git: 'git',
  /** The project's validation commands kept failing. */
  validation: 'validation',
  /** The rehearsal's script has no step for this work. */
  script: 'script',
  /** The run was cancelled, here or by the studio. */
  cancelled: 'cancelled',
  /** A defect of Maestro itself. */
  internal: 'internal',
} as const;
export type FailureClass = (typeof FailureClass)[keyof typeof FailureClass];

/**
 * Whether a failure says something about the machine and its agent rather than about the task. After an own fault the next attempt
 * goes to another session if there is one; otherwise it stays, because the lane is warm here.
 */
export const ownFault: Readonly<Record<FailureClass, boolean>> = {
  agent_missing: true,
  auth: true,
  quota: true,
  crash: true,
  turns: false,
  timeout: false,
  stalled: true,
  protocol: true,
  refused: false,
  lane: true,
  git: true,
  validation: false,
  script: false,
  cancelled: false,
  internal: true,
};
