import { z } from 'zod';
import { Instant, InviteId, MemberId, ProjectId, SkillId, UserId, WorkspaceId } from '../ids.js';
import { Role } from '../permissions.js';
import { ProficiencyInput, SkillSlug } from '../skills.js';
import { pageOf } from './common.js';

const Name = z.string().trim().min(1).max(100);
const WorkspaceSlug = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/, 'lower-case letters, digits and inner hyphens, at most 48 characters');
/** Red, green and blue as `#rrggbb`, lower case. */
const Colour = z.string().regex(/^#[0-9a-f]{6}$/, 'a colour such as #1f6feb');

export const CreateWorkspace = z.strictObject({
  name: Name,
  /** Default: made from the name. */
  slug: WorkspaceSlug.optional(),
});
export type CreateWorkspace = z.input<typeof CreateWorkspace>;

export const UpdateWorkspace = z.strictObject({ name: Name });
export type UpdateWorkspace = z.input<typeof UpdateWorkspace>;

export const WorkspaceView = z.object({ id: WorkspaceId, slug: z.string(), name: z.string(), createdAt: Instant });
export type WorkspaceView = z.infer<typeof WorkspaceView>;
export const WorkspacePage = pageOf(WorkspaceView);
export type WorkspacePage = z.infer<typeof WorkspacePage>;

export const MemberSkillView = z.object({ skillId: SkillId, slug: z.string(), name: z.string(), proficiency: z.number().int().min(1).max(5) });
export type MemberSkillView = z.infer<typeof MemberSkillView>;

export const MemberView = z.object({
  id: MemberId,
  userId: UserId,
  name: z.string(),
  email: z.string().nullable(),
  roles: z.array(z.enum(Role)),
  skills: z.array(MemberSkillView),
  joinedAt: Instant,
});
export type MemberView = z.infer<typeof MemberView>;
export const MemberPage = pageOf(MemberView);
export type MemberPage = z.infer<typeof MemberPage>;

/** `POST /workspaces/{id}/members`: adds somebody who already has an account here. Others are invited. */
export const AddMember = z.strictObject({ userId: UserId, roles: z.array(z.enum(Role)).min(1).max(5) });
export type AddMember = z.input<typeof AddMember>;

export const UpdateMember = z.strictObject({ roles: z.array(z.enum(Role)).min(1).max(5) });
export type UpdateMember = z.input<typeof UpdateMember>;

export const CreateSkill = z.strictObject({ slug: SkillSlug, name: Name, colour: Colour.optional(), synonyms: z.array(z.string().trim().min(1).max(48)).max(20).default([]) });
export type CreateSkill = z.input<typeof CreateSkill>;

export const UpdateSkill = z.strictObject({ name: Name.optional(), colour: Colour.nullable().optional(), synonyms: z.array(z.string().trim().min(1).max(48)).max(20).optional() });
export type UpdateSkill = z.input<typeof UpdateSkill>;

export const SkillView = z.object({ id: SkillId, slug: z.string(), name: z.string(), colour: z.string().nullable(), synonyms: z.array(z.string()) });
export type SkillView = z.infer<typeof SkillView>;
export const SkillPage = pageOf(SkillView);
export type SkillPage = z.infer<typeof SkillPage>;

const MemberSkillInput = z.strictObject({
  skill: SkillSlug,
  /** A level 1 to 5, or a percentage such as `"80%"`. `null` takes the skill away. */
  proficiency: ProficiencyInput.nullable().default(3),
});

/** `POST /me/skills`: sets the skills named; the others stay as they are. */
export const SetMySkills = z.strictObject({ workspaceId: WorkspaceId, skills: z.array(MemberSkillInput).min(1).max(200) });
export type SetMySkills = z.input<typeof SetMySkills>;
/** `POST /workspaces/{id}/members/{member}/skills`: the same, by an admin. */
export const SetMemberSkills = z.strictObject({ skills: z.array(MemberSkillInput).min(1).max(200) });
export type SetMemberSkills = z.input<typeof SetMemberSkills>;

export const CreateInvite = z.strictObject({
  role: z.enum(Role),
  /** Only these projects; all of the workspace when omitted. */
  projectIds: z.array(ProjectId).min(1).max(100).optional(),
  /**
   * `true`: the machine will act as the inviting member, with no more than that member's roles. `false`: it becomes a member of its own.
   */
  asMyself: z.boolean().default(false),
  expiresInDays: z.number().int().min(1).max(30).default(7),
  note: z.string().trim().min(1).max(200).optional(),
});
export type CreateInvite = z.input<typeof CreateInvite>;

export const InviteView = z.object({
  id: InviteId,
  role: z.enum(Role),
  projectIds: z.array(ProjectId).nullable(),
  asMyself: z.boolean(),
  note: z.string().nullable(),
  invitedBy: UserId,
  createdAt: Instant,
  expiresAt: Instant,
  state: z.enum(['open', 'used', 'expired', 'revoked']),
});
export type InviteView = z.infer<typeof InviteView>;
export const InvitePage = pageOf(InviteView);
export type InvitePage = z.infer<typeof InvitePage>;

/** Answer to the making of an invite: the only time its token is shown. */
export const CreatedInvite = z.object({
  invite: InviteView,
  token: z.string(),
  /** What to type on the machine. */
  command: z.string(),
});
export type CreatedInvite = z.infer<typeof CreatedInvite>;
