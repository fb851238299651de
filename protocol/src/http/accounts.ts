import { z } from 'zod';
import { Instant, MachineId, MemberId, ProjectId, UserId, WorkspaceId } from '../ids.js';
import { Role } from '../permissions.js';

const Email = z.email().max(320).transform((email) => email.toLowerCase());
/** Length is the only rule that helps (NIST SP 800-63B, 5.1.1.2); the upper bound keeps hashing cheap to refuse. */
const NewPassword = z.string().min(10, 'at least 10 characters').max(200);
const Name = z.string().trim().min(1).max(200);

/** `GET /setup`: whether the studio still waits for its owner. */
export const SetupStatus = z.object({ needed: z.boolean() });
export type SetupStatus = z.infer<typeof SetupStatus>;

/** `POST /setup`: makes the owner; works once, while there is no user. */
export const SetupRequest = z.strictObject({
  /** From the one-time link that the studio prints at its first start. Not needed from the studio's own machine. */
  token: z.string().min(1).max(200).optional(),
  name: Name,
  email: Email,
  password: NewPassword,
});
export type SetupRequest = z.input<typeof SetupRequest>;

export const LoginRequest = z.strictObject({ email: Email, password: z.string().max(200) });
export type LoginRequest = z.input<typeof LoginRequest>;

/** `POST /auth/links`, by an operator: a link that signs somebody in once, without a password. */
export const CreateSignInLink = z.strictObject({ userId: UserId });
export type CreateSignInLink = z.input<typeof CreateSignInLink>;
export const SignInLink = z.object({ url: z.url(), expiresAt: Instant });
export type SignInLink = z.infer<typeof SignInLink>;

export const UserView = z.object({ id: UserId, name: z.string(), email: z.string().nullable(), isOperator: z.boolean() });
export type UserView = z.infer<typeof UserView>;

export const MembershipView = z.object({ memberId: MemberId, workspaceId: WorkspaceId, workspaceSlug: z.string(), workspaceName: z.string(), roles: z.array(z.enum(Role)) });
export type MembershipView = z.infer<typeof MembershipView>;

/** `GET /me`: who is signed in, and where they belong. */
export const MeView = z.object({ user: UserView, memberships: z.array(MembershipView) });
export type MeView = z.infer<typeof MeView>;

/** An access token (a signed JWT, 15 minutes) and the refresh token that gets the next pair. Each refresh token is good once. */
export const TokenPair = z.object({
  accessToken: z.string(),
  accessTokenExpiresAt: Instant,
  refreshToken: z.string(),
  refreshTokenExpiresAt: Instant,
});
export type TokenPair = z.infer<typeof TokenPair>;

export const RedeemInvite = z.strictObject({
  /** The invite, as printed by the studio. */
  token: z.string().min(1).max(4_096),
  /** How the person is shown to others, when the invite makes a new one. Default: the machine's name. */
  name: Name.optional(),
  machine: z.strictObject({ id: MachineId, name: z.string().trim().min(1).max(200) }).optional(),
});
export type RedeemInvite = z.input<typeof RedeemInvite>;

export const Redeemed = z.object({
  user: UserView,
  membership: MembershipView,
  tokens: TokenPair,
  /** The projects that this identity may connect to. */
  projects: z.array(z.object({ id: ProjectId, key: z.string(), name: z.string(), normalizedRemote: z.string() })),
});
export type Redeemed = z.infer<typeof Redeemed>;

export const RefreshRequest = z.strictObject({ refreshToken: z.string().min(1).max(500) });
export type RefreshRequest = z.input<typeof RefreshRequest>;
