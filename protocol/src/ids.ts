import { z } from 'zod';

/**
 * Every id on the wire is a UUIDv7 string. The brand keeps a task's id from being passed where a run's is meant;
 * it costs nothing at run time.
 */
const uuid = z.uuidv7();

export const UserId = uuid.brand<'UserId'>();
export type UserId = z.infer<typeof UserId>;
export const WorkspaceId = uuid.brand<'WorkspaceId'>();
export type WorkspaceId = z.infer<typeof WorkspaceId>;
export const MemberId = uuid.brand<'MemberId'>();
export type MemberId = z.infer<typeof MemberId>;
export const SkillId = uuid.brand<'SkillId'>();
export type SkillId = z.infer<typeof SkillId>;
export const InviteId = uuid.brand<'InviteId'>();
export type InviteId = z.infer<typeof InviteId>;
export const ProjectId = uuid.brand<'ProjectId'>();
export type ProjectId = z.infer<typeof ProjectId>;
export const PlanId = uuid.brand<'PlanId'>();
export type PlanId = z.infer<typeof PlanId>;
export const PhaseId = uuid.brand<'PhaseId'>();
export type PhaseId = z.infer<typeof PhaseId>;
export const TaskId = uuid.brand<'TaskId'>();
export type TaskId = z.infer<typeof TaskId>;
export const RunId = uuid.brand<'RunId'>();
export type RunId = z.infer<typeof RunId>;
export const SessionId = uuid.brand<'SessionId'>();
export type SessionId = z.infer<typeof SessionId>;
export const CommentId = uuid.brand<'CommentId'>();
export type CommentId = z.infer<typeof CommentId>;
export const ReviewId = uuid.brand<'ReviewId'>();
export type ReviewId = z.infer<typeof ReviewId>;
export const TeamId = uuid.brand<'TeamId'>();
export type TeamId = z.infer<typeof TeamId>;
export const WorkerId = uuid.brand<'WorkerId'>();
export type WorkerId = z.infer<typeof WorkerId>;
/** Stable for one machine and one `$MAESTRO_HOME`; made at first use and kept in `machine.id`. */
export const MachineId = uuid.brand<'MachineId'>();
export type MachineId = z.infer<typeof MachineId>;
/** Made by the caller of a mutating method; the same id sent again has no second effect. */
export const OpId = uuid.brand<'OpId'>();
export type OpId = z.infer<typeof OpId>;

/** A full git object name, SHA-1 or SHA-256, lower case. Abbreviations are never sent. */
export const ObjectName = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, 'a full lower-case git object name');
export type ObjectName = z.infer<typeof ObjectName>;

/** ISO 8601 in UTC, as every time on the wire. */
export const Instant = z.iso.datetime();
export type Instant = z.infer<typeof Instant>;
