import { z } from 'zod';
import { Instant, ProjectId, WorkspaceId } from '../ids.js';
import { Remote } from '../methods/packet.js';
import { Policy, PolicyChanges } from '../policy.js';
import { pageOf } from './common.js';

export const Provider = { github: 'github', gitlab: 'gitlab', gitea: 'gitea', manual: 'manual' } as const;
export type Provider = (typeof Provider)[keyof typeof Provider];

export const ProjectView = z.object({
  id: ProjectId,
  workspaceId: WorkspaceId,
  /** Prefix of its task keys, such as `SHOP`. */
  key: z.string(),
  name: z.string(),
  provider: z.enum(Provider),
  /** Normalized, such as `github:acme/shop`; what a clone's origin is matched against. */
  normalizedRemote: z.string(),
  remote: Remote,
  baseBranch: z.string(),
  policy: Policy,
  createdAt: Instant,
});
export type ProjectView = z.infer<typeof ProjectView>;

export const CreateProject = z.strictObject({
  key: z.string().regex(/^[A-Z][A-Z0-9]{1,9}$/, 'two to ten capital letters or digits, such as SHOP').optional(),
  name: z.string().trim().min(1).max(100),
  provider: z.enum(Provider).optional(),
  /** A clone URL, or an absolute path for provider `manual`. */
  remote: z.string().min(1).max(4_096),
  baseBranch: z.string().min(1).max(200).default('main'),
  policy: PolicyChanges.default({}),
});
export type CreateProject = z.input<typeof CreateProject>;

export const UpdateProject = z.strictObject({
  name: z.string().trim().min(1).max(100).optional(),
  baseBranch: z.string().min(1).max(200).optional(),
  policy: PolicyChanges.optional(),
});
export type UpdateProject = z.input<typeof UpdateProject>;

export const ProjectLookupQuery = z.object({ remote: z.string().min(1).max(4_096) });
export const ProjectPage = pageOf(ProjectView);
export type ProjectPage = z.infer<typeof ProjectPage>;
