import type { Policy, Purpose, Role, SessionStatus } from '@maestro/protocol';
import type { Pause } from './pause.js';

/** A connected session as the matcher sees it. */
export interface Candidate {
  readonly session: string;
  readonly name: string;
  readonly member: string;
  readonly status: SessionStatus;
  readonly memberRoles: readonly Role[];
  /** Slug to level, 1 to 5: the higher of what the session declares and what its member has. */
  readonly skills: Readonly<Record<string, number>>;
  readonly purposes: readonly Purpose[];
  /** The agent programs found there, with the runs that each of them may still have on the machine; `Infinity` where it has no limit. */
  readonly agents: readonly { readonly name: string; readonly room: number }[];
  /** Runs at once, by its own word and the policy's. */
  readonly slots: number;
  /** Runs dispatched to it, claimed or running. */
  readonly busy: number;
  readonly reachable: boolean;
  readonly mayPush: boolean;
  /** Runs that the whole machine may still have, over all its sessions; `Infinity` where it has no limit. */
  readonly machineRoom: number;
  readonly paused: Pause | null;
  /** Seconds for which this work is not offered to it again, 0 when it is. */
  readonly cooldownSeconds: number;
  /** Share of good ends among its recent runs for this purpose, 0 to 1; absent when it had none. */
  readonly recentSuccess?: number;
}

/** The work to be matched. */
export interface Work {
  readonly purpose: Purpose;
  readonly skills: readonly { readonly slug: string; readonly min: number }[];
  /** The member who accepted the task; implement runs go to that member only. */
  readonly member: { readonly id: string; readonly name: string } | null;
  /** "Start now" on this session. */
  readonly pinnedSession: string | null;
  readonly laneSession: string | null;
  readonly avoidSession: string | null;
  /** Who produced what is to be judged. */
  readonly author: { readonly session: string | null; readonly member: string | null } | null;
  readonly independence: Policy['reviewerIndependence'];
  /** Seconds for which a preferred independent reviewer is still waited for. */
  readonly reviewerWaitSeconds: number;
  /** Runs that the project still has room for. */
  readonly projectRoom: number;
}
