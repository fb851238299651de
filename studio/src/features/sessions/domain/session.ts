import type { AgentOffer, Purpose, SessionRole, SessionStatus } from '@maestro/protocol';

/** An agent session as stored. Times are ISO 8601. */
export interface SessionRecord {
  readonly id: string;
  readonly workspaceId: string;
  readonly projectId: string;
  readonly memberId: string;
  readonly machineId: string;
  readonly hostname: string;
  readonly name: string;
  readonly role: SessionRole;
  readonly purposes: readonly Purpose[];
  readonly agents: readonly AgentOffer[];
  readonly skills: readonly { readonly slug: string; readonly proficiency: number }[];
  readonly capacity: number;
  /** Runs at once on the whole machine, by its own word. */
  readonly machineSlots: number | null;
  readonly reachable: boolean;
  readonly mayPush: boolean;
  readonly status: SessionStatus;
  /** The socket that speaks for it. */
  readonly connection: string | null;
  readonly lastSeenAt: string;
  readonly createdAt: string;
}

/** What a machine says about itself in its hello. */
export type SessionOffer = Pick<SessionRecord, 'machineId' | 'hostname' | 'name' | 'role' | 'purposes' | 'agents' | 'skills' | 'capacity' | 'machineSlots' | 'reachable' | 'mayPush'>;
